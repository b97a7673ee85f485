// Owns one patient's way through the kiosk: what is asked of the agent at each step, and telling kiosk-steps.ts what came of it.
// It ends with the patient; the next one gets a journey of his own, so that nothing of this one is left in memory.
import { shallowRef, type ShallowRef } from 'vue'
import type { PageEvent } from '../../contract/local-api/events.ts'
import type { KioskBillsView, KioskOrderView, KioskView, KioskWay } from '../../contract/local-api/kiosk.ts'
import { callAgent } from '../shared/call-agent.ts'
import { isFollowing } from '../shared/follow-events.ts'
import { pause } from '../shared/pause.ts'
import { performOperation } from '../shared/perform-operation.ts'
import type { WedgeReading } from '../shared/wedge-reader.ts'
import { abandonOpenOrder, forgetOrder, rememberOrder } from './abandoned-orders.ts'
import { alertStaff } from './alert-staff.ts'
import {
  advance,
  alertOf,
  phaseOf,
  troubleOfDamage,
  troubleOfDecode,
  troubleOfSearch,
  troubleOfStart,
} from './kiosk-steps.ts'
import type { KioskEvent, KioskStep } from './kiosk-steps.ts'

/** What waits for a machine alone is given up after so long; what it moved by then the order tells. */
const giveUpAfterMs = 60_000
const lookEveryMs = 1_000
/** How often a machine's fault is looked at again; the page stays at least so long that it can be read. */
const recoverEveryMs = 3_000
const faultShownMs = 9_000

const placements: Readonly<Record<KioskWay, string>> = {
  order: 'placement',
  cashier: 'cashier-url',
  bankCard: 'bank-placement',
}
/**
 * After these nothing was taken, for certain. Whatever else is answered, a disk that failed behind a center that placed among it,
 * the order itself tells, and is looked at again.
 */
const refusals: ReadonlySet<string> = new Set([
  'CASHIER_URL_MISSING',
  'CENTER_DECLINED',
  'DECIDED_NOT_DONE',
  'INVALID_FIELDS',
  'MDTRT_ID_MISMATCH',
  'MDTRT_ID_MISSING',
  'PAY_AUTH_MISSING',
  'SCOPE_MISSING',
])

export type KioskJourney = {
  readonly step: Readonly<ShallowRef<KioskStep>>
  /** The patient's tap, where the agent may not scan by itself. */
  readonly scan: () => Promise<void>
  readonly cancelScan: () => void
  /** What a scanner that types has read; taken on the first page alone. */
  readonly takeTyped: (reading: WedgeReading) => Promise<void>
  readonly choose: (billId: string) => Promise<void>
  readonly pay: (way: KioskWay) => Promise<void>
  /** The patient does not want to pay: the order is given back, 6301 first. */
  readonly giveUp: () => Promise<void>
  /** On to the other bills, after one is paid. */
  readonly payMore: () => void
  readonly dismissNotice: () => void
  readonly hear: (event: PageEvent) => void
  /** Ends everything that still waits, and gives an open order back. */
  readonly end: () => void
}

export const startJourney = ({ scannerOwner, hasScanner, h5UrlTemplate }: KioskView): KioskJourney => {
  const step = shallowRef<KioskStep>({ name: 'welcome' })
  const stop = new AbortController()
  const { signal } = stop
  let decodeId = ''
  let isListening = false
  let lookNow = new AbortController()

  const tell = (event: KioskEvent): void => {
    if (signal.aborted) return
    const before = step.value
    const after = advance(before, event)
    step.value = after
    const alert = alertOf(before, after)
    if (alert !== undefined) void alertStaff(alert, 'order' in after ? after.order.medOrgOrd : undefined)
    if (after.name === 'result') forgetOrder()
    if (after.name === 'fault' && before.name !== 'fault') void recover()
    if (after.name === 'welcome' && before.name !== 'welcome') void listen()
  }

  const soon = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(giveUpAfterMs)])

  const orderPath = (): string => {
    const { value } = step
    return `/v1/kiosk/orders/${encodeURIComponent('bill' in value ? value.bill.medOrgOrd : '')}`
  }

  const findBills = async (decodeOperationId: string): Promise<void> => {
    tell({ type: 'decoded', decodeOperationId })
    const answer = await callAgent<KioskBillsView>('POST', '/v1/kiosk/bills', { body: { decodeOperationId }, signal })
    if (answer.code === '0') tell({ type: 'billsFound', view: answer.data })
    else tell({ type: 'troubled', trouble: troubleOfSearch(answer.code) })
  }

  /** Decodes what was typed, or waits for one code. False when the wait ended without one. */
  const decode = async (typed?: string): Promise<boolean> => {
    const body = typed === undefined ? {} : { code: typed }
    const { code, data } = await performOperation<{ operationId: string }>('/v1/vouchers/decode', body, { signal })
    if (code === '0') {
      // A code that the agent's scanner read while another was typed is the next patient's.
      if (typed === undefined && step.value.name !== 'welcome' && step.value.name !== 'decoding') return false
      void findBills(data.operationId)
      return true
    }
    if (code === 'DECODE_CANCELLED' && typed === undefined) tell({ type: 'scanCancelled' })
    // Where the agent scans, nobody need have been there.
    else if (code !== 'SCAN_TIMEOUT' || step.value.name === 'decoding') {
      tell({ type: 'troubled', trouble: troubleOfDecode(code) })
    }
    return false
  }

  async function listen(): Promise<void> {
    if (scannerOwner !== 'agent' || !hasScanner || isListening) return
    isListening = true
    // Only an event tells the number of a decode that waits, and without it that cannot be cancelled.
    if (!isFollowing()) await pause(lookEveryMs, AbortSignal.any([signal, lookNow.signal]))
    while (step.value.name === 'welcome' && !signal.aborted) {
      if (await decode()) break
      await pause(100, signal)
    }
    isListening = false
  }

  async function recover(): Promise<void> {
    const sinceMs = performance.now()
    while (step.value.name === 'fault' && !signal.aborted) {
      await pause(recoverEveryMs, signal)
      const { code } = await callAgent('GET', '/v1/kiosk', { signal })
      if (code === '0' && performance.now() - sinceMs >= faultShownMs) tell({ type: 'serviceBack' })
    }
  }

  const look = async (): Promise<void> => {
    const answer = await callAgent<KioskOrderView>('GET', orderPath(), { signal })
    if (answer.code === '0') tell({ type: 'orderSeen', order: answer.data, nowMs: performance.now() })
  }

  const place = async (way: KioskWay, { medOrgOrd, payOrdId }: KioskOrderView): Promise<void> => {
    // The upload that is meant: the same bill may have been uploaded and taken back before.
    const body = { payOrdId: payOrdId.trim() }
    const path = `/v1/orders/${encodeURIComponent(medOrgOrd)}/${placements[way]}`
    type Placed = { cashierUrl?: string; medBankPayUrl?: string }
    // 6202 is followed by the order itself; the other ways wait for an address.
    const { code, data } = await (way === 'order'
      ? callAgent<Placed>('POST', path, { body, signal })
      : performOperation<Placed>(path, body, { signal: soon() }))
    const address = data.cashierUrl ?? data.medBankPayUrl ?? ''
    if (code === '0' && address !== '') tell({ type: 'addressGiven', address })
    if (!refusals.has(code)) return
    tell({ type: 'payRefused' })
    void alertStaff('payment', medOrgOrd)
    rememberOrder(medOrgOrd)
    void abandonOpenOrder()
  }

  /** True when it was asked for. */
  const placeWhenDue = async (): Promise<boolean> => {
    const { value } = step
    if (value.name !== 'paying' || phaseOf(value) !== 'place') return false
    await place(value.way, value.order)
    return true
  }

  const follow = async (): Promise<void> => {
    while (step.value.name === 'paying' && !signal.aborted) {
      // Before it looks: what is told meanwhile is looked at again at once.
      lookNow = new AbortController()
      await look()
      if (await placeWhenDue()) await look()
      await pause(lookEveryMs, AbortSignal.any([signal, lookNow.signal]))
    }
  }

  const cancelScan = (): void => {
    if (decodeId !== '') void callAgent('POST', `/v1/operations/${decodeId}/cancel`, { body: {} })
  }

  void abandonOpenOrder()
  void listen()
  return {
    step,
    scan: async () => {
      if (step.value.name !== 'welcome' || scannerOwner === 'agent') return
      tell({ type: 'scanAsked' })
      await decode()
    },
    cancelScan,
    takeTyped: async (reading) => {
      if (step.value.name !== 'welcome') return
      if (scannerOwner === 'library') tell({ type: 'troubled', trouble: 'tapFirst' })
      else if (reading.kind === 'damaged') tell({ type: 'troubled', trouble: troubleOfDamage(reading.reason) })
      else {
        // The scanner of the agent's own is not to read the next patient's for this one.
        if (isListening) cancelScan()
        tell({ type: 'codeTyped' })
        await decode(reading.code)
      }
    },
    choose: async (billId) => {
      const { value } = step
      if (value.name !== 'bills') return
      tell({ type: 'billChosen', billId })
      if (step.value.name !== 'starting') return
      rememberOrder(step.value.bill.medOrgOrd)
      const body = { decodeOperationId: value.decodeOperationId, billId }
      const { code } = await performOperation('/v1/kiosk/orders', body, { signal: soon() })
      // What an operation answers late is not the kiosk's view; the same bill again is.
      const answer = code === '0' ? await callAgent<KioskOrderView>('GET', orderPath(), { signal }) : undefined
      if (answer?.code === '0') {
        tell({ type: 'orderStarted', order: answer.data })
        return
      }
      tell({ type: 'troubled', trouble: troubleOfStart(answer?.code ?? code) })
      void abandonOpenOrder()
    },
    pay: async (way) => {
      tell({ type: 'payAsked', way, byPhone: h5UrlTemplate !== '', nowMs: performance.now() })
      await follow()
    },
    giveUp: async () => {
      const answer = await callAgent<KioskOrderView>('POST', `${orderPath()}/abandon`, { body: {}, signal })
      if (answer.code === '0') tell({ type: 'orderLeft', order: answer.data })
      // Settled meanwhile: the patient is told what became of it.
      else await look()
    },
    payMore: () => tell({ type: 'moreAsked' }),
    dismissNotice: () => tell({ type: 'noticeRead' }),
    hear: (event) => {
      if (event.type === 'decode' && event.state === 'started') decodeId = event.operationId
      const { value } = step
      const medOrgOrd = 'order' in value ? value.order.medOrgOrd : ''
      if (event.type === 'reset' || (event.type === 'order' && event.medOrgOrd === medOrgOrd)) lookNow.abort()
    },
    end: () => {
      stop.abort()
      void abandonOpenOrder()
    },
  }
}
