// Owns the table of all endpoints by name. Each is one file: its address, scope and body, its code for old programs, and what it does.
import { cancelPairing } from './access/cancel-pairing.ts'
import { exchangeLink } from './access/exchange-link.ts'
import { exchangePairing } from './access/exchange-pairing.ts'
import { makeLink } from './access/make-link.ts'
import { ownToken } from './access/own-token.ts'
import { pairing } from './access/pairing.ts'
import { revokeToken } from './access/revoke-token.ts'
import { rotateToken } from './access/rotate-token.ts'
import { startPairing } from './access/start-pairing.ts'
import { tokens } from './access/tokens.ts'
import { events } from './agent/events.ts'
import { health } from './agent/health.ts'
import { openapi } from './agent/openapi.ts'
import { status } from './agent/status.ts'
import { dayReport } from './console/day-report.ts'
import { daysReport } from './console/days-report.ts'
import { orderExport } from './console/order-export.ts'
import { orderSearch } from './console/order-search.ts'
import { queue } from './console/queue.ts'
import { receipt } from './console/receipt.ts'
import { shiftReport } from './console/shift-report.ts'
import { timeline } from './console/timeline.ts'
import { acceptLibrary } from './doctor/accept-library.ts'
import { doctor } from './doctor/doctor.ts'
import { logLevel } from './doctor/log-level.ts'
import { log } from './doctor/log.ts'
import { kioskAbandon } from './kiosk/kiosk-abandon.ts'
import { kioskAlert } from './kiosk/kiosk-alert.ts'
import { kioskBills } from './kiosk/kiosk-bills.ts'
import { kioskOrder } from './kiosk/kiosk-order.ts'
import { kioskStaff } from './kiosk/kiosk-staff.ts'
import { kioskStart } from './kiosk/kiosk-start.ts'
import { kiosk } from './kiosk/kiosk.ts'
import { cancel } from './operations/cancel.ts'
import { decode } from './operations/decode.ts'
import { operation } from './operations/operation.ts'
import { attention } from './orders/attention.ts'
import { authorization } from './orders/authorization.ts'
import { bankPlacement } from './orders/bank-placement.ts'
import { booking } from './orders/booking.ts'
import { cashierUrl } from './orders/cashier-url.ts'
import { order } from './orders/order.ts'
import { placement } from './orders/placement.ts'
import { rebill } from './orders/rebill.ts'
import { refunds } from './orders/refunds.ts'
import { resolve } from './orders/resolve.ts'
import { revocation } from './orders/revocation.ts'
import { unbooked } from './orders/unbooked.ts'
import { upload } from './orders/upload.ts'
import { checkSettings } from './settings/check-settings.ts'
import { makeKeys } from './settings/make-keys.ts'
import { restart } from './settings/restart.ts'
import { saveSettings } from './settings/save-settings.ts'
import { settings } from './settings/settings.ts'
import { switchEnvironment } from './settings/switch-environment.ts'
import { userIdTrial } from './settings/user-id-trial.ts'
import type { Tools } from './endpoint/tools.ts'
import type { AccessTools } from './access/tools.ts'
import type { AgentTools } from './agent/tools.ts'
import type { Endpoint, Route } from './endpoint/definition.ts'

/** Of orders, operations, the console, the settings, doctor and the kiosk. */
export const orderEndpoints = {
  decode,
  upload,
  authorization,
  placement,
  bankPlacement,
  cashierUrl,
  refunds,
  revocation,
  order,
  orders: unbooked,
  rebill,
  booking,
  attention,
  resolve,
  dayReport,
  operation,
  cancel,
  doctor,
  acceptLibrary,
  log,
  logLevel,
  orderSearch,
  orderExport,
  timeline,
  receipt,
  shiftReport,
  daysReport,
  queue,
  settings,
  saveSettings,
  checkSettings,
  makeKeys,
  userIdTrial,
  switchEnvironment,
  restart,
  kiosk,
  kioskBills,
  kioskStart,
  kioskOrder,
  kioskAbandon,
  kioskAlert,
  kioskStaff,
} satisfies Readonly<Record<string, Endpoint<Tools>>>

/** Of tokens, pairings and links. */
export const accessEndpoints = {
  startPairing,
  pairing,
  cancelPairing,
  exchangePairing,
  tokens,
  ownToken,
  revokeToken,
  rotateToken,
  makeLink,
  exchangeLink,
} satisfies Readonly<Record<string, Endpoint<AccessTools>>>

/** Of the agent itself. */
export const agentEndpoints = {
  health,
  openapi,
  status,
  events,
} satisfies Readonly<Record<string, Endpoint<AgentTools>>>

export const allEndpoints = { ...agentEndpoints, ...orderEndpoints, ...accessEndpoints }

export type EndpointName = keyof typeof allEndpoints

/** A row of the table, as documents and old programs read it. */
export type NamedRoute = Route & { readonly name: EndpointName }

export const routes: readonly NamedRoute[] = Object.entries(allEndpoints).map(
  ([name, { answer: _answer, ...route }]) => ({
    ...(route as Route),
    name: name as EndpointName,
  }),
)
