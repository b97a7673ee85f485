// Owns the lines of the log about orders and decodes: one for whatever the journal is given, so that log and journal tell the same
// and no step can be forgotten here. A line is there before its entry is on the disk: where they differ, the journal is right.
import type { LogFields, LogLevel } from '../../contract/log-line.ts'
import { statusIn } from '../../core/domain/order/order.ts'
import { verbTexts } from '../../core/domain/words/verb-texts.ts'
import type { IntentEntry } from '../../core/domain/order/entries.ts'
import type { FinishRequest, Journal, Log, NoteEntry, OrderKey } from '../usecases/base/ports.ts'

const ofOperation = ({ operationId, verb, attempt, facts }: IntentEntry, order: OrderKey | undefined): LogFields => ({
  operationId,
  medOrgOrd: order?.medOrgOrd,
  verb,
  interface: verbTexts[verb].interface || undefined,
  attempt,
  rule: 'rule' in facts ? facts.rule : undefined,
})

/** What a library or a person says in words stays out: of a decode, and of the agent's own refusals, only the code. */
const ofOutcome = ({ outcome, facts }: FinishRequest, isOfOrder: boolean): LogFields => ({
  outcome,
  code: facts.errorCode,
  reason: isOfOrder && facts.errorCode === undefined ? facts.reason : undefined,
  refusalCode: facts.refusal?.code,
  signed: facts.refusal?.signed,
  ordStas: statusIn(facts.output ?? {}) || undefined,
  step: facts.settledByQuery === true ? 'settled-by-query' : undefined,
})

const ofNote = (entry: NoteEntry): LogFields => {
  switch (entry.kind) {
    case 'observation':
      return { interface: '6301', ordStas: statusIn(entry.facts.output) || undefined }
    case 'notification':
      return {
        interface: entry.facts.code,
        signed: entry.facts.signed,
        ordStas: statusIn(entry.facts.output) || undefined,
      }
    case 'attention':
      return { reason: entry.facts.reason }
    case 'booking':
      return { result: entry.facts.success ? 'booked' : 'not-booked' }
    case 'resolution':
      return { result: entry.facts.decision }
    case 'authorization':
      return {}
  }
}

const levelOf = (entry: NoteEntry): LogLevel => (entry.kind === 'attention' ? 'warn' : 'info')

export const logEntries = (journal: Journal, log: Log): Journal => ({
  ...journal,
  begin: (request) => {
    const intent = journal.begin(request)
    const { seq } = intent
    log('debug', request.order === undefined ? 'decode.begun' : 'order.begun', {
      ...ofOperation(intent, request.order),
      seq,
    })
    return intent
  },
  finish: (intent, order, request) => {
    const entry = journal.finish(intent, order, request)
    const { seq, atMs } = entry
    log('info', order === undefined ? 'decode.outcome' : 'order.outcome', {
      ...ofOperation(intent, order),
      ...ofOutcome(request, order !== undefined),
      ms: atMs - intent.atMs,
      seq,
    })
    return entry
  },
  note: (order, entry) => {
    journal.note(order, entry)
    log(levelOf(entry), `order.${entry.kind}`, { medOrgOrd: order.medOrgOrd, ...ofNote(entry) })
  },
})
