// Owns speaking to the patient through the Web Speech API, where the system has it.
import { ref } from 'vue'
import { language } from '../../shared/language.ts'

const speech: SpeechSynthesis | undefined = 'speechSynthesis' in globalThis ? globalThis.speechSynthesis : undefined

export const canSpeak = speech !== undefined

/** Off for every new patient, until he asks for it or for 关怀模式. */
export const isSpeaking = ref(false)

/** Says it in place of what is being said. */
export const speak = (text: string): void => {
  speech?.cancel()
  if (!isSpeaking.value || text === '') return
  const utterance = new SpeechSynthesisUtterance(text)
  utterance.lang = language.value === 'zh' ? 'zh-CN' : 'en-US'
  utterance.rate = 0.9
  speech?.speak(utterance)
}
