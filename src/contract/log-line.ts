// Owns what a line of the log may say: its levels, its fields, and what the value of each may look like. Whatever another program
// or a person chose as text is no field, so that no name, number, token or code of a patient can stand in a line (I9).

/** From the most talkative to the gravest. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** A word of our own: a code, a name of a state. Digits in a row stay short: no number of a person or an order. */
const word = /^(?!.*\d{9})[A-Za-z][\w.:-]{0,31}$/
/** An English sentence of our own, or several words of ours. */
const sentence = /^(?!.*\d{9})(?!.*[\w-]{33})[\w .,:;()/'-]{1,160}$/
const moment = /^\d{4}-\d{2}-\d{2}T[\d:.]{8,12}(Z|\+08:00)$/

type Rule = RegExp | 'number' | 'boolean' | 'words'

/** Every field there is. `order`: the mark of a medOrgOrd, keyed, which `npm run journal -- lines` finds. */
export const logFields = {
  // What the line belongs to.
  requestId: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  operationId: /^[0-9a-f]{32}$/,
  order: /^[0-9a-f]{12}$/,
  /** Of the journal's entry. */
  seq: 'number',
  attempt: 'number',
  // What was done.
  verb: word,
  entry: word,
  step: word,
  /** Of the standard, or of the HIS's bills by its name. */
  interface: /^(\d{4}|[A-Za-z]{3,20})$/,
  rule: /^\d(\.\d{1,2})?$/,
  ordStas: /^\d{1,2}$/,
  route: word,
  method: /^[A-Z]{3,7}$/,
  // What came of it.
  outcome: word,
  code: /^(0|(?!.*\d{9})[A-Za-z][\w:-]{0,31})$/,
  error: word,
  /** The center's. */
  refusalCode: /^(?!.*\d{9})[\w.-]{1,24}$/,
  signed: 'boolean',
  reason: sentence,
  status: 'number',
  ms: 'number',
  // Names that an administrator gave, where they are plain words.
  caller: word,
  name: word,
  scanner: word,
  terminalNo: word,
  // Everything else.
  state: word,
  kind: word,
  result: word,
  to: word,
  version: /^\d+\.\d+\.\d+[\w.-]{0,20}$/,
  environment: word,
  port: 'number',
  retryMs: 'number',
  count: 'number',
  entries: 'number',
  findings: 'number',
  orders: 'number',
  endsAt: moment,
  until: moment,
  fitting: sentence,
  fingerprint: /^[0-9a-f]{64}$/,
  file: /^(?!.*\d{9})[\w.-]{1,60}$/,
  paths: 'words',
  stack: 'words',
} as const satisfies Readonly<Record<string, Rule>>

type ValueOf<R> = R extends 'number'
  ? number
  : R extends 'boolean'
    ? boolean
    : R extends 'words'
      ? readonly string[]
      : string

type OwnFields = { readonly [Name in keyof typeof logFields]?: ValueOf<(typeof logFields)[Name]> | undefined }
/** What a caller gives; the number of an order is written as its mark. */
export type LogFields = OwnFields & { readonly medOrgOrd?: string | undefined }

/** A line as it is written. `at`: ISO 8601 with +08:00. `what` happened: `api.answered`, `order.outcome`. */
export type LogLine = OwnFields & { readonly at: string; readonly level: LogLevel; readonly what: string }

export type Log = (level: LogLevel, what: string, fields?: LogFields) => void

/** Stands for a value that may not be in a line. */
export const removed = '(已去除)'

const maxWords = 20
/** A field of a table, or a frame of a stack. */
const words = /^(?!.*\d{9})( {4}at )?[\w .:/\\()<>[\]@-]{1,300}$/

const cleanValue = (rule: Rule, value: unknown): unknown => {
  if (rule === 'number' || rule === 'boolean') return typeof value === rule ? value : removed
  if (rule === 'words') {
    if (!Array.isArray(value)) return removed
    return value.slice(0, maxWords).map((word) => (typeof word === 'string' && words.test(word) ? word : removed))
  }
  return typeof value === 'string' && rule.test(value) ? value : removed
}

const isField = (name: string): name is keyof typeof logFields => Object.hasOwn(logFields, name)

/** What may be written of given fields: those there are, each as it may look. */
export const cleanFields = (fields: Readonly<Record<string, unknown>>): OwnFields => {
  const clean: Record<string, unknown> = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined && isField(name)) clean[name] = cleanValue(logFields[name], value)
  }
  return clean
}

const eventName = /^[a-z]+(-[a-z]+)*([.][a-z0-9]+(-[a-z0-9]+)*)+$/

/** A line of a file, cleaned as when it was written; undefined when it is none of ours. */
export const parseLogLine = (text: string): LogLine | undefined => {
  try {
    const { at, level, what, ...fields } = JSON.parse(text) as Record<string, unknown>
    const isOurs =
      typeof at === 'string' &&
      moment.test(at) &&
      logLevels.some((name) => name === level) &&
      typeof what === 'string' &&
      eventName.test(what)
    return isOurs ? ({ level, at, what, ...cleanFields(fields) } as LogLine) : undefined
  } catch {
    return undefined
  }
}

/** The frames of our own program; what a thrown error says may be another's text. */
export const framesOf = (stack = ''): readonly string[] => stack.split('\n').filter((line) => /^ {4}at /.test(line))
