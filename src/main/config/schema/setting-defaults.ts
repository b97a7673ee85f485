// Owns what a setting is when the configuration leaves it out: the one place where defaults stand. The schema, the settings page,
// docs/configuration.md and the agent itself take them from here.
import type { TSchema } from 'typebox'

/** By the names and in the units of the configuration; lists of settings as one of their elements. */
export const settingDefaults = {
  format: 1,
  api: {
    port: 17_600,
    jsonp: false,
    /** Far above what the HIS of a busy hospital sends through one agent; what exceeds it is a loop. */
    limits: { perToken: 1_000, perConnection: 500 },
    tokens: { fsiNames: 'table' },
  },
  center: {
    allowPlainHttp: false,
    userId: '1234567812345678',
    /** An upload of many lines takes the center longest; a query must not hold up its schedule. */
    timeoutsMs: { '6201': 20_000, '6202': 20_000, '6203': 20_000, '6205': 20_000, '6301': 10_000, '6401': 20_000 },
    expContentForm: 'string',
    unsignedRefusals: ['6201', '6301'],
    replyWindowMs: 600_000,
    successCodes: ['0'],
    charset: 'auto',
  },
  voucher: { profile: 'nation-ec' },
  scanners: { baudRate: 9_600, terminators: '\r\n\t', idleFlushMs: 100, doubleScanMs: 1_500 },
  orders: {
    lengthUnit: 'characters',
    unknownCodes: 'warn',
    uploadRepeats: 2,
    processingMs: 300_000,
    fundIncludesAccount: false,
    refundTotal: 'original',
    authNoAsPayAuthNo: false,
    scanWaitMs: 60_000,
    unbookedAfterMs: 600_000,
    dayEnd: '23:30',
    abandonAfterMs: 7_200_000,
    stuckAfterMs: 600_000,
    legsConfirmed: false,
    refundsAreIdempotent: false,
    cashRefundOn16: 'auto',
    onBookingFailed: 'person',
    reversalToken: 'none',
    sweepDays: 3,
    callbackAck: 'verified',
    callbackDeadlineMs: 8_000,
    stepsPerSecond: 10,
    queue: { atMostOrders: 200, atMostAgeMs: 86_400_000, atMostRefundFen: 500_000 },
  },
  kiosk: {
    businessType: '01301',
    idleSeconds: 60,
    voice: true,
    his: { timeoutMs: 8_000, allowPlainHttp: false },
  },
  desktop: { startAgent: true, display: false, update: { everyMs: 3_600_000 } },
} as const

type Defaults = Readonly<Record<string, unknown>>
type Node = TSchema & { properties?: Record<string, Node>; items?: Node; default?: unknown }

/** Writes each default into the schema of its setting, as JSON Schema's `default`. Throws for a default of no setting. */
export const withDefaults = <Schema extends TSchema>(schema: Schema, defaults: Defaults, path = ''): Schema => {
  const node: Node = schema
  const { properties } = node.items ?? node
  for (const [name, value] of Object.entries(defaults)) {
    const setting = properties?.[name]
    if (setting === undefined) throw new Error(`no setting ${path}${name}`)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      withDefaults(setting, value as Defaults, `${path}${name}.`)
    } else {
      setting.default = value
    }
  }
  return schema
}
