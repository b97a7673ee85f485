// Owns since when cash at 16 goes back by itself (RULES 5): an order that stood at 16 before the rule was in force was a person's, and
// may have been dealt with outside of the agent.
import type { StepSettings } from '../../../core/domain/order/next-step.ts'
import type { Journal } from './ports.ts'

const mark = 'cash-refund-on-16'

/** The last entry before the rule came into force; orders that came to 16 later are refunded by it. */
export const cashRuleStart = (
  journal: Pick<Journal, 'readMark' | 'writeMark' | 'readHead'>,
  mode: StepSettings['cashRefundOn16'],
): number => {
  const kept = journal.readMark(mark) ?? ''
  if (mode === 'person') {
    if (kept !== '') journal.writeMark(mark, '')
    return Number.POSITIVE_INFINITY
  }
  if (kept !== '') return Number(kept)
  const { seq } = journal.readHead()
  journal.writeMark(mark, String(seq))
  return seq
}
