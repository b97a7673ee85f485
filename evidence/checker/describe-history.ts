// Owns how an order's history is printed when something is wrong with it: what was asked, answered and held, line by line.
import type { Ledger, LedgerOrder } from './ledger.ts'
import type { Transcript, TranscriptEvent } from './transcript.ts'

const describeEvent = (event: TranscriptEvent): string => {
  switch (event.what) {
    case 'asked':
      return `HIS  #${event.call} ${event.verb} ${event.key} ${event.body}`
    case 'answered':
      return `agent #${event.call} ${event.status} ${event.code} op=${event.operationId} ordStas=${event.ordStas} paid=${String(event.paid)} ${event.content}`
    case 'unanswered':
      return `---- #${event.call} no answer`
    case 'crashed':
      return `**** the agent was killed ${event.step ?? ''}`
  }
}

/** Without the polls that got the same answer as the one before. */
const withoutRepeats = (events: readonly TranscriptEvent[]): readonly TranscriptEvent[] => {
  const boring = new Set<number>()
  const lastContent = new Map<string, string>()
  const polls = new Map(
    events.flatMap((event) =>
      event.what === 'asked' && (event.verb === 'order' || event.verb === 'operation')
        ? [[event.call, `${event.verb} ${event.key}`] as const]
        : [],
    ),
  )
  for (const event of events) {
    if (event.what !== 'answered') continue
    const poll = polls.get(event.call)
    if (poll === undefined) continue
    if (lastContent.get(poll) === event.content) boring.add(event.call)
    lastContent.set(poll, event.content)
  }
  return events.filter((event) => !('call' in event && boring.has(event.call)))
}

// Without the patient and the tokens that a real ledger also holds.
const describeOrder = ({ payOrdId, ordStas, way, totalFen, insurance, ...more }: LedgerOrder): string => {
  const { collectedFen, refundedFen, cashCollectedFen, cashReturnedFen, refunds } = more
  const money = `collected ${collectedFen} returned ${refundedFen}, cash ${cashCollectedFen} returned ${cashReturnedFen}`
  const returned = refunds.map(({ appRefdSn, refdType, refStatus }) => `${appRefdSn} ${refdType} ${refStatus}`)
  return `${payOrdId} ${ordStas} ${way ?? 'unplaced'} ${totalFen} fen, insurance ${insurance}, ${money} [${returned.join(', ')}]`
}

/** The lines of one order's history, kills in between included. */
export const describeHistory = (transcript: Transcript, ledger: Ledger, medOrgOrd: string): readonly string[] => {
  const own = new Set(
    transcript.events.flatMap((event) => (event.what === 'asked' && event.medOrgOrd === medOrgOrd ? [event.call] : [])),
  )
  const indexes = transcript.events.flatMap((event, at) => ('call' in event && own.has(event.call) ? [at] : []))
  const [first = 0, last = -1] = [indexes[0], indexes.at(-1)]
  const span = transcript.events.slice(first, last + 1)
  const events = withoutRepeats(span.filter((event) => event.what === 'crashed' || own.has(event.call)))
  const record = transcript.records.find((candidate) => candidate.medOrgOrd === medOrgOrd)
  const orders = ledger.orders.filter((order) => order.medOrgOrd === medOrgOrd)
  return [
    `order ${medOrgOrd}`,
    ...events.map((event) => `  ${describeEvent(event)}`),
    `  at the end, the agent: ${JSON.stringify(record ?? null)}`,
    `  needs a person: ${String(transcript.attention.includes(medOrgOrd))}`,
    ...orders.map((order) => `  at the end, the center: ${describeOrder(order)}`),
  ]
}
