// Owns which words the kiosk uses now: by language, and plainer ones in 关怀模式. The words are the two files beside it.
import { computed, type ComputedRef } from 'vue'
import { useTexts } from '../../shared/language.ts'
import { isCaring } from './care-mode.ts'
import { kioskTextsEn } from './kiosk-texts-en.ts'
import { kioskTextsZh, kioskTextsZhCare } from './kiosk-texts-zh.ts'
import type { KioskTexts } from './kiosk-words.ts'

export const useKioskTexts = (): ComputedRef<KioskTexts> => {
  const usual = useTexts<KioskTexts>({ zh: kioskTextsZh, en: kioskTextsEn })
  return computed(() => (isCaring.value && usual.value === kioskTextsZh ? kioskTextsZhCare : usual.value))
}
