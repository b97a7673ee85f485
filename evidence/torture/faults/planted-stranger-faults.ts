// Owns faults that are planted in how an agent takes what it did not do itself: a notice that comes first, days without power, the
// center's portal, a reversal that failed; none of it exists in the product.
import type { PortWraps } from '../../../src/main/wiring/port-wraps.ts'
import type { OrderEntry } from '../../../src/core/domain/order/entries.ts'
import type { Journal } from '../../../src/main/usecases/base/ports.ts'
import type { StrangerFault } from '../agent-order.ts'

const dayMs = 24 * 3_600_000

const withJournal = (change: (journal: Journal) => Partial<Journal>): PortWraps => ({
  journal: (journal) => ({ ...journal, ...change(journal) }),
})

const readingEntries = (read: (entries: readonly OrderEntry[]) => readonly OrderEntry[]): PortWraps =>
  withJournal((journal) => ({ readEntries: (order) => read(journal.readEntries(order)) }))

/** The answer of 6202 wipes out what 6301 said since the question. */
const lastWordOf6202 = (entries: readonly OrderEntry[]): readonly OrderEntry[] => {
  const answered = entries.findLast(
    (entry) => entry.kind === 'outcome' && entry.verb === 'placement' && entry.outcome === 'accepted',
  )
  if (answered?.kind !== 'outcome' || answered.facts.settledByQuery === true) return entries
  const asked = entries.find((entry) => entry.kind === 'intent' && entry.operationId === answered.operationId)
  const isWiped = ({ kind, seq }: OrderEntry): boolean =>
    kind === 'observation' && seq > (asked?.seq ?? answered.seq) && seq < answered.seq
  return entries.filter((entry) => !isWiped(entry))
}

const hasRefund = (entries: readonly OrderEntry[], appRefdSn: string): boolean =>
  entries.some((entry) => entry.kind === 'intent' && entry.verb === 'refund' && entry.facts.appRefdSn === appRefdSn)

const statusOf = (entry: OrderEntry): string =>
  entry.kind === 'observation' ? String(entry.facts.output['ordStas']) : ''
const isCashBack = (entry: OrderEntry): boolean => ['9', '10'].includes(statusOf(entry))

/** Whether the insurance stands is read off 9 and 10: what 16 said before counts for nothing. */
const settledBy9 = (entries: readonly OrderEntry[]): readonly OrderEntry[] => {
  if (!entries.some(isCashBack)) return entries
  return entries
    .filter((entry) => statusOf(entry) !== '16')
    .map((entry) =>
      entry.kind === 'observation' && isCashBack(entry)
        ? { ...entry, facts: { output: { ...entry.facts.output, hiDocSn: 'HD0' } } }
        : entry,
    )
}

/** The ports of an agent with this fault. */
export const portsWithStrangerFault = (fault: StrangerFault): PortWraps => {
  switch (fault) {
    case 'believes-late-answers':
      return readingEntries(lastWordOf6202)
    case 'settles-failed':
      return readingEntries(settledBy9)
    case 'sweeps-one-day':
      return withJournal((journal) => ({
        readList: (list) =>
          journal
            .readList(list)
            .filter((order) => list !== 'settled' || (journal.readEntries(order)[0]?.atMs ?? 0) > Date.now() - dayMs),
      }))
    case 'reports-what-it-saw':
      return withJournal((journal) => ({
        readOrdersBetween: (orgCodg, { fromMs, toMs }, atMost) => {
          const span = { fromMs: fromMs + dayMs, toMs: toMs - dayMs }
          return journal.readOrdersBetween(orgCodg, { ...span, untilMs: span.toMs }, atMost)
        },
      }))
    case 'hides-portal':
      // Whatever the portal did, a refund of its own explains it.
      return withJournal((journal) => ({
        file: (order, lists) => {
          const isAsked = journal.readEntries(order).some((entry) => 'verb' in entry && entry.verb === 'refund')
          journal.file(order, isAsked ? { ...lists, attention: false } : lists)
        },
      }))
    case 'keeps-blanks':
      // Its door brings nothing into one form (wire-agent.ts), and a number is looked up to the letter.
      return withJournal((journal) => ({
        findOrders: (orgCodg, lookup, atMost) =>
          journal
            .findOrders(orgCodg, lookup, atMost)
            .filter((order) => lookup.kind !== 'appRefdSn' || hasRefund(journal.readEntries(order), lookup.value)),
      }))
  }
}
