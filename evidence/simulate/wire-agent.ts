// Owns what one life of the agent is lent: virtual time, ids and center, a journal and a center that die with it. How the use
// cases are put together is the product's own (payments-core.ts).
import { inventedPatient } from '../../test/fixtures/invented-bill.ts'
import { dispatchAll, type Dispatch, type Dispatched } from '../../src/main/api/endpoint/dispatch.ts'
import { createTools } from '../../src/main/api/endpoint/tools.ts'
import { orderEndpoints } from '../../src/main/api/endpoints.ts'
import type { PortWraps } from '../../src/main/wiring/port-wraps.ts'
import type { OrderEntry } from '../../src/core/domain/order/entries.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import type { OrderSettings } from '../../src/main/usecases/base/dependencies.ts'
import type {
  Center,
  Clock,
  Doctor,
  HisBills,
  Journal,
  Log,
  OrderKey,
  Timers,
  VoucherLibrary,
} from '../../src/main/usecases/base/ports.ts'
import { createPaymentsCore } from '../../src/main/wiring/payments-core.ts'
import { createReach } from '../../src/main/api/callers/reach.ts'
import { createKeptNumbers } from '../../src/main/usecases/order/kept-numbers.ts'
import type { KioskSettings } from '../../src/main/usecases/base/kiosk.ts'
import type { ReceiveNotification } from '../../src/main/usecases/following/receive-notification.ts'
import type { AgentLife } from './agent-life.ts'
import { orgCodg } from './world/virtual-center.ts'

export type AgentParts = {
  readonly folder: string
  readonly life: AgentLife
  readonly clock: Clock
  readonly timers: Timers
  readonly newId: () => string
  readonly center: Center
  readonly bills: HisBills
  readonly settings: OrderSettings
  readonly log: Log
  /** What stands between the use cases and their ports: a fault that is planted on purpose. */
  readonly wraps: PortWraps
  /** Planted: nothing brings the body of a refund into its one form. */
  readonly keepsBlanks: boolean
  /** Given what lets go of the journal's file, as soon as that is open. */
  readonly onOpen: (discard: () => void) => void
}

export type WiredAgent = {
  readonly endpoints: Dispatched<typeof orderEndpoints>
  readonly receive: ReceiveNotification
  readonly durable: () => Promise<void>
}

/** What a dead agent waits for never comes. */
const never = <Value>(): Promise<Value> => new Promise(() => undefined)

const nameOf = ({ orgCodg, medOrgOrd }: OrderKey): string => `${orgCodg} ${medOrgOrd}`

const mortalJournal = (journal: Journal, { step, assertAlive, isOver }: AgentLife): Journal => {
  const write =
    <Given extends readonly unknown[], Value>(what: string, run: (...parameters: Given) => Value) =>
    (...parameters: Given): Value => {
      step(`before ${what}`)
      entries.clear()
      const value = run(...parameters)
      step(`after ${what}`)
      return value
    }
  const read =
    <Given extends readonly unknown[], Value>(run: (...parameters: Given) => Value) =>
    (...parameters: Given): Value => {
      assertAlive()
      return run(...parameters)
    }
  // Between two writes an order reads the same; a history reads it hundreds of times.
  const entries = new Map<string, readonly OrderEntry[]>()
  return {
    ...journal,
    durable: async () => {
      if (isOver()) return never()
      await journal.durable()
      step('after a commit')
    },
    begin: write('an intent', journal.begin),
    finish: write('an outcome', journal.finish),
    note: write('a note', journal.note),
    readEntries: read((order) => {
      const written = entries.get(nameOf(order)) ?? journal.readEntries(order)
      entries.set(nameOf(order), written)
      return written
    }),
    readOperation: read(journal.readOperation),
    readBody: read(journal.readBody),
    findOrders: read(journal.findOrders),
    readList: read(journal.readList),
    file: read(journal.file),
  }
}

const mortalCenter = (center: Center, { step, isOver }: AgentLife): Center => ({
  ...center,
  send: async (code, input) => {
    if (isOver()) return never()
    step('before a request')
    const answering = center.send(code, input)
    step('with a request under way')
    const answer = await answering
    step('after an answer')
    return answer
  },
})

/** The token of the kiosk. */
export const kioskToken = 'terminal'

const kioskSettings: KioskSettings = {
  tokenName: kioskToken,
  terminalNo: 'T01',
  businessType: '01301',
  officeId: 'D01',
  officeName: '自助区',
  institutionName: '测试医院',
  idleSeconds: 60,
  ways: ['order', 'bankCard', 'cashier'],
  h5UrlTemplate: '',
  voice: false,
  staffKey: '',
}

/** Every code is the same patient's. */
const voucher: VoucherLibrary = {
  scannerOwner: 'library',
  call: () =>
    Promise.resolve({ status: '0', output: JSON.stringify({ code: '0', data: inventedPatient }), elapsedUs: 1 }),
  status: () => ({ state: 'ready', simulated: true }),
  close: () => Promise.resolve(),
}

const noDoctor: Doctor = {
  orgCodg,
  examine: () => Promise.reject(new Error('no history asks doctor')),
  acceptLibrary: () => Promise.reject(new Error('no history accepts a library')),
}

/** Starts a life: local recovery, then the handlers. Throws AgentIsDead when it does not survive that. */
export const wireAgent = async (parts: AgentParts): Promise<WiredAgent> => {
  const { life, clock, wraps } = parts
  const opened = openJournal(parts.folder, 'sandbox', clock)
  parts.onOpen(opened.close)
  const journal = mortalJournal(opened, life)
  const center = mortalCenter(parts.center, life)
  const { dependencies, receive, recover, start } = createPaymentsCore({
    journal: wraps.journal?.(journal) ?? journal,
    center: wraps.center?.(center) ?? center,
    doctor: () => noDoctor,
    voucher,
    scanners: [],
    clock,
    timers: parts.timers,
    newId: parts.newId,
    announce: () => undefined,
    log: parts.log,
    kiosk: { settings: kioskSettings, bills: wraps.bills?.(parts.bills) ?? parts.bills },
    settings: parts.settings,
  })
  await recover()
  life.assertAlive()
  start()
  const { lengthUnit, extraFields } = parts.settings
  const reach = createReach(dependencies.journal, kioskToken)
  const guards = { reach, kept: createKeptNumbers(dependencies.journal), lengthUnit, extraFields }
  const tools = createTools(dependencies, reach)
  const checked = dispatchAll(orderEndpoints, tools, guards)
  const unchecked: Dispatch = async (request) => orderEndpoints.refunds.answer(request, tools)
  const endpoints = parts.keepsBlanks ? { ...checked, refunds: unchecked } : checked
  return { endpoints, receive, durable: dependencies.journal.durable }
}
