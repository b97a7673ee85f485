// Owns what each endpoint does: turn the parsed request into one use case call, wait a bounded time, answer from the journal.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isOpenOutcome, type Origin } from '../../core/domain/order/entries.ts'
import { explainUnclear } from '../../core/domain/words/center-doubt.ts'
import { explainConnection } from '../../core/domain/words/connection-reason.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { invalidFields } from '../../core/domain/errors/invalid-fields.ts'
import { refusalText } from '../../core/domain/words/refusal-text.ts'
import { advanceOrder } from '../usecases/following/advance-order.ts'
import { attentionOf } from '../../core/domain/words/attention.ts'
import { bookOrder } from '../usecases/order/book-order.ts'
import { listForAttention, listUnbooked } from '../usecases/order/file-order.ts'
import { authorizeOrder } from '../usecases/order/authorize-order.ts'
import { checkUpload } from '../usecases/operations/check-upload.ts'
import { createDayTotals } from '../usecases/reading/day-totals.ts'
import { decodeVoucher } from '../usecases/decoding/decode-voucher.ts'
import type { Dependencies } from '../usecases/base/dependencies.ts'
import type { Performed } from '../usecases/operations/perform-operation.ts'
import type { OperationRecord } from '../usecases/base/ports.ts'
import { buildCashierUrl, placeBankOrder, placeOrder } from '../usecases/operations/place-order.ts'
import { readOrder } from '../usecases/order/read-order.ts'
import { queueQuery } from '../usecases/operations/queue-query.ts'
import { rebillOrder } from '../usecases/operations/rebill-order.ts'
import { resolveAttention } from '../usecases/order/resolve-attention.ts'
import { refundOrder } from '../usecases/operations/refund-order.ts'
import { revokeUpload } from '../usecases/operations/revoke-upload.ts'
import { uploadBodyText, uploadFees } from '../usecases/operations/upload-fees.ts'
import { withdrawQueued } from '../usecases/operations/withdraw-queued.ts'
import { createWaitingDecodes } from '../usecases/decoding/waiting-decodes.ts'
import { answerOfOperation, errorAnswer, messageOf, okAnswer, presentStatus, type Answer } from './answers/answer.ts'
import { createConsoleHandlers, type ConsoleParts } from './console/handlers.ts'
import { createOperationWaits, type WhenGone } from './requests/operation-waits.ts'
import type { Query } from './requests/read-query.ts'
import { createKioskHandlers } from './kiosk/handlers.ts'
import { takeOperator } from './callers/claimed-operator.ts'
import { createDoctorHandlers } from './doctor/handlers.ts'
import { answerDayReport } from './answers/day-report.ts'
import { presentAttention, presentOrder, presentWaiting } from './answers/present-order.ts'
import type { AuthorizationBody, BookingBody, ResolutionBody, UploadExtras } from './route-bodies.ts'
import type { RouteName } from './routes.ts'
import type { AccessRouteName } from './access/routes.ts'
import { createReach, orderOf, withdrawing, withinReach } from './callers/whose.ts'
import { calledBy, type Caller } from './callers/tokens.ts'

export type ApiRequest = {
  readonly caller: Caller
  readonly parameters: Readonly<Record<string, string | undefined>>
  /** As its route's schema has it (check-request.ts). */
  readonly body: Readonly<Record<string, unknown>>
  /** The Origin header, and the port it came to; left out where no endpoint asks. */
  readonly origin?: string | undefined
  readonly port?: number
  /** Left out where nobody can leave. */
  readonly whenGone?: WhenGone
} & Query

type Handler = (request: ApiRequest) => Promise<Answer>
export type HandlerName = Exclude<RouteName, 'health' | 'openapi' | 'status' | 'events' | AccessRouteName>
export type Handlers = Readonly<Record<HandlerName, Handler>> & {
  /** Cancels every decode: an agent that ends does not wait for a patient who may not come. */
  readonly cancelDecodes: () => void
}

/** A long upload is worked on in several turns of the event loop, so that a short call need not wait for all of it. */
const longUploadLines = 100

type Fields = Readonly<Record<string, unknown>>
type DecodeBody = Fields & {
  readonly code?: string
  readonly scanner?: string
  readonly transType?: string
  readonly transData?: Readonly<Record<string, string>>
}
type RebillBody = { readonly refund: Fields; readonly upload: Fields }

/** Whether the caller lets it wait for the center, apart from the table's fields. */
const splitQueue = ({ queue, ...given }: Fields): { readonly given: Fields; readonly origin: Origin } => ({
  given,
  origin: queue === true ? { queue } : {},
})

export const createHandlers = (
  dependencies: Dependencies,
  waits = createOperationWaits(dependencies.timers),
  consoleParts: ConsoleParts = { dayTotals: createDayTotals(dependencies) },
): Handlers => {
  const { journal, running, timers, settings, link } = dependencies
  const decodes = new Map<string, AbortController>()
  const waitingDecodes = createWaitingDecodes()

  const reach = createReach(journal, dependencies.kiosk?.settings.tokenName)

  const recordOf = (operationId: string, caller: Caller): OperationRecord =>
    reach.findOperation(journal.readOperation(operationId), caller, operationId)

  const onBehalfOf = (caller: Caller): Dependencies => ({
    ...dependencies,
    by: calledBy(caller),
    isStranger: (order) => !reach.mayReach(order, caller),
  })

  const answerOf = (operationId: string, caller: Caller): Answer =>
    answerOfOperation(journal, recordOf(operationId, caller), running.find(operationId) !== undefined)

  /** The answer once the operation ended, or 202 when it takes too long; the work goes on either way. */
  const answerWhenDone = async ({ operationId, done }: Performed, caller: Caller): Promise<Answer> => {
    let cancel = (): void => undefined
    const late = new Promise<void>((resolve) => {
      cancel = timers.after(settings.answerWithinMs, resolve)
    })
    await Promise.race([done, late]).finally(() => {
      cancel()
    })
    return answerOf(operationId, caller)
  }

  const handlers: Handlers = {
    ...createDoctorHandlers(dependencies),
    ...createConsoleHandlers(dependencies, consoleParts),
    decode: async ({ caller, body }) => {
      const { code, scanner, transType, transData, ...given } = body as DecodeBody
      await link.check()
      const controller = new AbortController()
      const performed = decodeVoucher(dependencies, waitingDecodes, {
        ...{ orgCodg: caller.orgCodg, by: calledBy(caller), scannerRoles: caller.scannerRoles, given, code, scanner },
        transType,
        transData,
        signal: controller.signal,
      })
      // One that joined another is cancelled with it.
      if (!decodes.has(performed.operationId)) {
        decodes.set(performed.operationId, controller)
        void performed.done.catch(() => undefined).finally(() => decodes.delete(performed.operationId))
      }
      return answerWhenDone(performed, caller)
    },
    upload: async ({ caller, body, flags }) => {
      const { operator, rest } = takeOperator(body)
      const { decodeOperationId = '', duplicateOverride = '', ...given } = rest as Fields & UploadExtras
      const bodyText = uploadBodyText(rest)
      const extras = { decodeOperationId, duplicateOverride, operator }
      const upload = checkUpload(onBehalfOf(caller), caller.orgCodg, given, extras)
      if (flags['dryRun'] === true) return okAnswer({ dryRun: true, warnings: upload.warnings })
      await link.check()
      if (upload.body.feedetailList.length > longUploadLines) await nextTurn()
      const answer = await answerWhenDone(uploadFees(onBehalfOf(caller), upload, bodyText), caller)
      const { data } = answer.body
      const warnings = [...upload.warnings, ...(data['warnings'] as string[])]
      return { ...answer, body: { ...answer.body, data: { ...data, warnings } } }
    },
    authorization: async (request) => {
      const key = orderOf(request)
      await authorizeOrder(onBehalfOf(request.caller), key, request.body as AuthorizationBody)
      return okAnswer(presentStatus(readOrder(journal, key)))
    },
    placement: async (request) => {
      await link.check()
      return answerWhenDone(placeOrder(onBehalfOf(request.caller), orderOf(request), request.body), request.caller)
    },
    bankPlacement: async (request) => {
      await link.check()
      return answerWhenDone(placeBankOrder(onBehalfOf(request.caller), orderOf(request), request.body), request.caller)
    },
    cashierUrl: async (request) => {
      await link.check()
      return answerWhenDone(buildCashierUrl(onBehalfOf(request.caller), orderOf(request), request.body), request.caller)
    },
    refunds: (request) => {
      const { operator, rest } = takeOperator(request.body)
      const { given, origin } = splitQueue(rest)
      const performed = refundOrder(onBehalfOf(request.caller), orderOf(request), given, { ...origin, operator })
      return answerWhenDone(performed, request.caller)
    },
    revocation: async (request) => {
      const { given, origin } = splitQueue(request.body)
      return answerWhenDone(
        await revokeUpload(onBehalfOf(request.caller), orderOf(request), given, origin),
        request.caller,
      )
    },
    rebill: async (request) => {
      const { operator, rest } = takeOperator(request.body)
      const { refund, upload: given } = rest as RebillBody
      const upload = checkUpload(onBehalfOf(request.caller), request.caller.orgCodg, given, { operator })
      return answerWhenDone(rebillOrder(onBehalfOf(request.caller), orderOf(request), refund, upload), request.caller)
    },
    order: async (request) => {
      const key = orderOf(request)
      const order = readOrder(journal, key)
      if (request.flags['refresh'] !== true || order.upload === undefined) {
        return okAnswer(presentOrder(order, settings), messageOf(order))
      }
      const answer = await advanceOrder(dependencies, key)
      dependencies.watch(key)
      // A question moves nothing, so one whose answer got lost may wait as well as one that never left.
      const mayWait = request.flags['queue'] === true && (answer.kind === 'notSent' || answer.kind === 'unknown')
      if (mayWait) return answerWhenDone(queueQuery(onBehalfOf(request.caller), key), request.caller)
      const refreshed = readOrder(journal, key)
      const data = presentOrder(refreshed, settings)
      switch (answer.kind) {
        case 'accepted':
          return okAnswer({ ...data, refreshed: true }, messageOf(refreshed))
        case 'declined':
          return errorAnswer('CENTER_DECLINED', { ...data, center: answer.refusal }, refusalText(answer))
        case 'unknown':
          return errorAnswer('CENTER_UNCLEAR', data, explainUnclear(answer.reason))
        // The record itself stays valid; what failed is asking the center.
        case 'notSent':
          return errorAnswer('CENTER_UNREACHABLE', data, explainConnection(answer.reason))
      }
    },
    orders: ({ caller, flags }) => {
      if (flags['paid'] !== true || flags['booked'] !== false) {
        throw invalidFields([{ path: 'paid, booked', name: '查询条件', problem: '目前只支持 paid=true&booked=false' }])
      }
      const orders = listUnbooked(journal, caller.orgCodg)
      return Promise.resolve(okAnswer({ orders: orders.map((each) => presentWaiting(each, {})) }))
    },
    booking: (request) => {
      const value = request.body as BookingBody
      const key = orderOf(request)
      const mayRefund = request.caller.scopes.includes('refund')
      bookOrder(dependencies, key, { ...value, remark: value.remark ?? '', ...calledBy(request.caller), mayRefund })
      return Promise.resolve(okAnswer(presentStatus(readOrder(journal, key))))
    },
    attention: ({ caller }) => {
      const nowMs = dependencies.clock.wallMs()
      const orders = listForAttention(journal, caller.orgCodg).flatMap((each) => {
        const reasons = attentionOf(each, nowMs, settings)
        return reasons.length === 0 ? [] : [presentAttention(each, reasons, nowMs)]
      })
      return Promise.resolve(okAnswer({ orders }))
    },
    resolve: (request) => {
      const value = request.body as ResolutionBody
      const key = orderOf(request)
      resolveAttention(dependencies, key, { ...value, ...calledBy(request.caller) })
      return Promise.resolve(okAnswer(presentStatus(readOrder(journal, key))))
    },
    dayReport: ({ caller, texts }) => answerDayReport(dependencies, caller.orgCodg, texts),
    operation: async ({ caller, parameters, texts, whenGone }) => {
      const operationId = parameters['id'] ?? ''
      const { intent, outcome } = recordOf(operationId, caller)
      // A decode that no longer runs never ends; an order's operation may be settled by a rule or a person.
      const mayEnd = intent.verb !== 'decode' || running.find(operationId) !== undefined
      const waitMs = Number(texts['wait'] ?? 0) * 1_000
      if (waitMs > 0 && mayEnd && isOpenOutcome(outcome?.outcome)) {
        await waits.untilEnded(operationId, waitMs, whenGone)
      }
      return answerOf(operationId, caller)
    },
    cancel: async ({ caller, parameters }) => {
      const operationId = parameters['id'] ?? ''
      const record = recordOf(operationId, caller)
      if (record.intent.verb !== 'decode') {
        await withdrawQueued(dependencies, record, withdrawing(caller))
        return answerOf(operationId, caller)
      }
      const controller = decodes.get(operationId)
      if (controller === undefined || !isOpenOutcome(record.outcome?.outcome)) throw new AgentError('NOT_CANCELLABLE')
      controller.abort()
      await running.find(operationId)
      return answerOf(operationId, caller)
    },
    ...createKioskHandlers(dependencies, { reach, onBehalfOf, answerWhenDone }),
    cancelDecodes: () => {
      for (const controller of decodes.values()) controller.abort()
    },
  }
  return withinReach(handlers, reach)
}
