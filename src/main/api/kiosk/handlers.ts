// Owns what each of the kiosk's endpoints does: one use case call, and the answer the page is promised by
// contract/local-api/kiosk.ts.
import {
  kioskAlerts,
  type KioskAlertBody,
  type KioskBillsBody,
  type KioskBillsView,
  type KioskOrderBody,
  type KioskStaffBody,
  type KioskView,
} from '../../../contract/local-api/kiosk.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { maskName } from '../../../contract/mask-patient.ts'
import { abandonKioskOrder, readKioskOrder } from '../../usecases/kiosk/abandon-order.ts'
import { kioskOf, listBills } from '../../usecases/kiosk/list-bills.ts'
import { startKioskOrder } from '../../usecases/kiosk/start-order.ts'
import { mayUseScanner } from '../../usecases/decoding/choose-scanner.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import { isOfKiosk } from '../../usecases/base/kiosk-fields.ts'
import type { Performed } from '../../usecases/operations/perform-operation.ts'
import { okAnswer, type Answer } from '../answers/answer.ts'
import type { Caller } from '../callers/tokens.ts'
import { orderOf, type Reach } from '../callers/whose.ts'
import { presentBill, presentKioskOrder } from './present.ts'
import type { KioskRouteName } from './routes.ts'
import { createStaffCheck, type CheckStaffPin } from './staff-key.ts'

type KioskRequest = {
  readonly caller: Caller
  readonly parameters: Readonly<Record<string, string | undefined>>
  /** As its route's schema has it (check-request.ts). */
  readonly body: Readonly<Record<string, unknown>>
}

export type KioskHandlers = Readonly<Record<KioskRouteName, (request: KioskRequest) => Promise<Answer>>>

/** What all endpoints share. */
export type SharedParts = {
  readonly reach: Reach
  readonly onBehalfOf: (caller: Caller) => Dependencies
  /** The answer of an operation once it ended. */
  readonly answerWhenDone: (performed: Performed, caller: Caller) => Promise<Answer>
}

export const createKioskHandlers = (
  dependencies: Dependencies,
  { reach, onBehalfOf, answerWhenDone }: SharedParts,
): KioskHandlers => {
  const { link, voucher, scanners, announce, log, kiosk, settings, doctor } = dependencies
  const checkPin: CheckStaffPin | undefined =
    kiosk === undefined ? undefined : createStaffCheck(kiosk.settings.staffKey)

  const answerOrder = (request: KioskRequest): Answer =>
    okAnswer(presentKioskOrder(readKioskOrder(dependencies, orderOf(request)), settings.fundIncludesAccount))

  /** Throws KIOSK_NOT_CONFIGURED, KIOSK_ONLY: the bills are the HIS's, whose institution is the machine's. */
  const assertKiosk = ({ name, orgCodg }: Caller): void => {
    const { tokenName } = kioskOf(dependencies).settings
    if (!isOfKiosk(tokenName, name) || orgCodg !== doctor.orgCodg) throw new AgentError('KIOSK_ONLY')
  }

  const handlers: KioskHandlers = {
    kiosk: ({ caller }) => {
      const { institutionName, terminalNo, idleSeconds, ways, h5UrlTemplate, voice } = kioskOf(dependencies).settings
      const shown: Omit<KioskView, 'environment'> = {
        institutionName,
        terminalNo,
        scannerOwner: voucher.scannerOwner,
        hasScanner: scanners.some(({ role }) => mayUseScanner(caller.scannerRoles, role)),
        idleSeconds,
        ways,
        h5UrlTemplate,
        voice,
      }
      return Promise.resolve(okAnswer(shown))
    },
    kioskBills: async ({ caller, body }) => {
      const { decodeOperationId } = body as KioskBillsBody
      const { patient, bills } = await listBills(onBehalfOf(caller), caller.orgCodg, decodeOperationId)
      const view: KioskBillsView = { patient: { name: maskName(patient.userName) }, bills: bills.map(presentBill) }
      return okAnswer(view)
    },
    kioskStart: async ({ caller, body }) => {
      const given = body as KioskOrderBody
      await link.check()
      const { key, performed } = await startKioskOrder(onBehalfOf(caller), caller.orgCodg, given)
      const answer = await answerWhenDone(performed, caller)
      if (answer.body.code !== '0') return answer
      const view = presentKioskOrder(readKioskOrder(dependencies, key), settings.fundIncludesAccount)
      return { ...answer, body: { ...answer.body, data: { ...answer.body.data, ...view } } }
    },
    kioskOrder: async (request) => Promise.resolve(answerOrder(request)),
    kioskAbandon: async (request) => {
      await abandonKioskOrder(onBehalfOf(request.caller), orderOf(request))
      return answerOrder(request)
    },
    kioskAlert: ({ caller, body }) => {
      const { kind, medOrgOrd = '' } = body as KioskAlertBody
      const { terminalNo } = kioskOf(dependencies).settings
      if (medOrgOrd !== '') reach.assertOrder({ orgCodg: caller.orgCodg, medOrgOrd }, caller)
      const text = kioskAlerts[kind]
      announce({ type: 'kiosk', orgCodg: caller.orgCodg, terminalNo, kind, text, medOrgOrd })
      log('warn', 'kiosk.alert', { terminalNo, kind, medOrgOrd })
      return Promise.resolve(okAnswer({}))
    },
    kioskStaff: async ({ body }) => {
      const { pin } = body as KioskStaffBody
      await checkPin?.(pin)
      log('warn', 'kiosk.staff', {})
      return okAnswer({})
    },
  }
  const guarded = Object.entries(handlers).map(([name, handle]) => [
    name,
    async (request: KioskRequest): Promise<Answer> => {
      assertKiosk(request.caller)
      return handle(request)
    },
  ])
  return Object.fromEntries(guarded) as KioskHandlers
}
