// Owns what is said aloud at a step: what its page says in large letters, and the amount.
import { writeYuan } from '../../shared/amounts.ts'
import { phaseOf, type KioskStep } from '../kiosk-steps.ts'
import type { KioskTexts } from './kiosk-words.ts'

export const spokenOf = (step: KioskStep, texts: KioskTexts): string => {
  switch (step.name) {
    case 'welcome':
      return step.trouble === undefined ? texts.welcome.title : texts.troubles[step.trouble].title
    case 'decoding':
      return texts.decoding.title
    case 'searching':
      return texts.searching
    case 'bills':
      if (step.trouble !== undefined) return texts.troubles[step.trouble].title
      return step.bills.length === 0 ? texts.bills.none : texts.bills.title
    case 'starting':
      return texts.starting
    case 'confirming':
      return `${step.bill.title}, ${writeYuan(step.bill.amount)}`
    case 'paying':
      return texts.paying[phaseOf(step)]
    case 'result': {
      const { title, text } = texts.results[step.outcome]
      return `${title}. ${text}`
    }
    case 'fault': {
      const { title, text } = texts.troubles[step.trouble]
      return `${title}. ${text}`
    }
  }
}
