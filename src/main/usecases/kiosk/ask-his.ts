// Owns one question to the HIS about a bill that changes something there: the intent on the disk first, then the question, then
// what became of it. When one is due, and what follows, start-order.ts and tell-his.ts say.
import type { IntentFacts } from '../../../core/domain/order/entries.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { FinishRequest, HisAnswer, OrderKey } from '../base/ports.ts'
import { findOrder } from '../order/read-order.ts'
import { writeWhenFree } from '../base/write-when-free.ts'

type BillVerb = 'billLock' | 'billBooking' | 'billUnlock'
type Facts = IntentFacts[BillVerb]

const finishOf = (answer: HisAnswer<Readonly<Record<string, unknown>>>): FinishRequest => {
  switch (answer.kind) {
    case 'done': {
      const { receiptNo } = answer.value
      const output = receiptNo === undefined ? {} : { receiptNo }
      return { outcome: 'accepted', facts: { output }, lookups: [] }
    }
    case 'refused': {
      const { code, message } = answer
      return { outcome: 'declined', facts: { refusal: { code, message, signed: false } }, lookups: [] }
    }
    case 'notSent':
      return { outcome: 'notSent', facts: { reason: answer.reason }, lookups: [] }
    case 'unclear':
      return { outcome: 'unknown', facts: { reason: answer.reason }, lookups: [] }
  }
}

/** Asks once, journalled. The outcome is on its way to the disk when it resolves; the caller waits for `durable`. */
export const askHis = async <Value extends Readonly<Record<string, unknown>>>(
  { journal, running, newId, by }: Dependencies,
  key: OrderKey,
  verb: BillVerb,
  facts: Facts,
  ask: () => Promise<HisAnswer<Value>>,
): Promise<HisAnswer<Value>> => {
  const before = findOrder(journal, key)?.operations.filter(({ intent }) => intent.verb === verb) ?? []
  const attempt = 1 + Math.max(0, ...before.map(({ intent }) => intent.attempt))
  const operationId = newId()
  const intent = journal.begin({
    ...{ operationId, order: key, key: verb, attempt, verb, bodyMac: '', lookups: [] },
    facts: by === undefined ? facts : { ...facts, by },
  })
  let answer: HisAnswer<Value> = { kind: 'notSent', reason: 'the intent could not be written' }
  await running.start(operationId, async () => {
    await journal.durable()
    answer = await ask()
    await writeWhenFree(journal, () => journal.finish(intent, key, finishOf(answer)))
  })
  return answer
}
