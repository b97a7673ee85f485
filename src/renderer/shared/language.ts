// Owns which language the pages speak, and finding a text in it. The texts stand beside the pages that show them, one file
// a language; the compiler sees to it that none is missing in either.
import { computed, ref, watchEffect, type ComputedRef } from 'vue'

export type Language = 'zh' | 'en'

const storageKey = 'mip.language'

/** Chinese unless somebody chose otherwise on this machine. */
export const language = ref<Language>(localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh')

watchEffect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
})

export const chooseLanguage = (chosen: Language): void => {
  language.value = chosen
  localStorage.setItem(storageKey, chosen)
}

/** The texts of the language that is spoken now. */
export const useTexts = <Texts>(texts: { readonly zh: Texts; readonly en: NoInfer<Texts> }): ComputedRef<Texts> =>
  computed(() => texts[language.value])
