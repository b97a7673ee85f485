// Owns what must hold between one answer and a later one: nothing that was given is forgotten, nothing final changes.
import { finalityOf, type AnsweredCall, type Finality } from './read-calls.ts'
import type { Violation, ViolationKind } from './violation.ts'

type Given = { readonly call: AnsweredCall; readonly finality: Finality }

/** Verbs whose declined key stays declined; after another decline the next call is a new attempt (RULES 2.2, 2.3). */
const declineIsFinal: ReadonlySet<string> = new Set(['refund'])
const readsOnly: ReadonlySet<string> = new Set(['order', 'operation', 'booking'])

const groupBy = <Value>(values: readonly Value[], nameOf: (value: Value) => string): readonly Value[][] => {
  const groups = new Map<string, Value[]>()
  for (const value of values) {
    const name = nameOf(value)
    if (name !== '') groups.set(name, [...(groups.get(name) ?? []), value])
  }
  return [...groups.values()]
}

const violation = (kind: ViolationKind, { call }: Given, what: string): Violation => {
  const { medOrgOrd, verb, key } = call.asked
  return { kind, medOrgOrd, sentence: `${medOrgOrd}: ${verb} ${key}: ${what}` }
}

const describe = ({ call, finality }: Given): string => `${finality} (${call.answer.status} ${call.answer.code})`

/** Each pair of an answer and the next one whose question was asked after it. */
const judgeSequence = (
  answers: readonly Given[],
  judge: (earlier: Given, later: Given) => Violation | undefined,
): readonly Violation[] => {
  const found: Violation[] = []
  const ordered = answers.toSorted((one, other) => one.call.answeredAt - other.call.answeredAt)
  for (const [at, later] of ordered.entries()) {
    const before = ordered.slice(0, at).filter(({ call }) => call.answeredAt < later.call.askedAt)
    // Each later answer is blamed once, against the first that it contradicts.
    for (const earlier of before) {
      const broken = judge(earlier, later)
      if (broken === undefined) continue
      found.push(broken)
      break
    }
  }
  return found
}

/** The operation an answer is about: the one it was asked for, else the one it names. A conflict names somebody else's. */
const operationOf = ({ call: { asked, answer }, finality }: Given): string => {
  if (asked.verb === 'operation') return asked.key
  // It also tells how the order stands just now.
  if (asked.verb === 'kioskStart') return ''
  return finality === 'refused' || asked.verb === 'order' ? '' : answer.operationId
}

const judgeOperation = (earlier: Given, later: Given): Violation | undefined => {
  if (later.finality === 'forgotten') {
    return violation('lostAnswers', later, `the agent no longer knows an operation that it had answered`)
  }
  if (earlier.finality === 'open') return undefined
  // Not a word about the operation: the agent could not read its journal, or was stopping.
  if (later.finality === 'open' && later.call.answer.status !== 202) return undefined
  const same = earlier.finality === later.finality && earlier.call.answer.content === later.call.answer.content
  if (same) return undefined
  return violation('changedAnswers', later, `the answer was ${describe(earlier)} and is now ${describe(later)}`)
}

const judgeKey = (earlier: Given, later: Given): Violation | undefined => {
  const { verb } = later.call.asked
  const isFinal = earlier.finality === 'accepted' || (earlier.finality === 'declined' && declineIsFinal.has(verb))
  const keeps = isFinal || earlier.call.answer.status === 202
  if (!keeps) return undefined
  if (later.finality === 'forgotten') {
    return violation('lostAnswers', later, `the agent no longer knows what it had answered with ${describe(earlier)}`)
  }
  if (!isFinal || (later.finality === 'open' && later.call.answer.status !== 202)) return undefined
  const sameOperation = earlier.call.answer.operationId === later.call.answer.operationId
  // Of the same operation judgeOperation says it.
  if (sameOperation && later.finality !== 'refused') return undefined
  return violation('changedAnswers', later, `the answer was ${describe(earlier)} and is now ${describe(later)}`)
}

const inProgress: ReadonlySet<string> = new Set(['0', '1', '2', '3', '4', '5'])

const judgeRecord = (earlier: Given, later: Given): Violation | undefined => {
  if (earlier.finality !== 'accepted') return undefined
  if (later.finality === 'forgotten') return violation('lostAnswers', later, 'the agent no longer knows the order')
  if (!earlier.call.answer.paid || !inProgress.has(later.call.answer.ordStas)) return undefined
  return violation('changedAnswers', later, `the order was paid and is now at ${later.call.answer.ordStas}`)
}

/** Judges every answer against the earlier ones to the same question, about the same operation, of the same order. */
export const judgeAnswers = (calls: readonly AnsweredCall[]): readonly Violation[] => {
  const answers = calls.map((call) => ({ call, finality: finalityOf(call) }))
  const asking = answers.filter(({ call }) => !readsOnly.has(call.asked.verb))
  const records = answers.filter(({ call }) => call.asked.verb === 'order')
  return [
    ...groupBy(answers, operationOf).flatMap((group) => judgeSequence(group, judgeOperation)),
    ...groupBy(asking, ({ call: { asked } }) =>
      JSON.stringify([asked.medOrgOrd, asked.verb, asked.key, asked.body]),
    ).flatMap((group) => judgeSequence(group, judgeKey)),
    ...groupBy(records, ({ call }) => call.asked.medOrgOrd).flatMap((group) => judgeSequence(group, judgeRecord)),
  ]
}
