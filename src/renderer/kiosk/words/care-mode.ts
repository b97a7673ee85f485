// Owns 关怀模式 (001, 4.4): whether it is on. What it changes is the style sheet's palette and type, the words, and the voice.
import { ref, watchEffect } from 'vue'

/** Off for every new patient. */
export const isCaring = ref(false)

watchEffect(() => {
  document.documentElement.toggleAttribute('data-care', isCaring.value)
})
