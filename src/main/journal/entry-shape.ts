// Owns whether the facts of an entry have the shape that folding relies on. They were sealed by us, so anything else is
// damage or a row of another version; what the facts mean is domain/.
type Facts = Readonly<Record<string, unknown>>

const isFacts = (value: unknown): value is Facts => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): boolean => typeof value === 'string'
const isFen = (value: unknown): boolean => Number.isSafeInteger(value)

const has = (names: readonly string[], check: (value: unknown) => boolean) => (facts: Facts) =>
  names.every((name) => check(facts[name]))

const isRefund = (facts: Facts): boolean =>
  has(['appRefdSn', 'refdType', 'ordStasBefore'], isText)(facts) &&
  has(['totlRefdFen', 'fundRefdFen', 'psnAcctRefdFen', 'cashRefdFen'], isFen)(facts)

const intents: Readonly<Record<string, (facts: Facts) => boolean>> = {
  upload: has(['idNo', 'userName', 'idType', 'ecToken', 'chrgBchno', 'feeType', 'mdtrtId', 'payAuthNo'], isText),
  placement: has(['orgBizSer'], isText),
  bankPlacement: has(['orgBizSer'], isText),
  cashierUrl: has(['depositFen'], isFen),
  refund: isRefund,
  revocation: has(['ordStasBefore'], isText),
  rebill: has(['appRefdSn', 'newMedOrgOrd'], isText),
  billLock: has(['billId'], isText),
  billBooking: has(['billId'], isText),
  billUnlock: has(['billId'], isText),
}

const others: Readonly<Record<string, (facts: Facts) => boolean>> = {
  outcome: ({ output }) => output === undefined || isFacts(output),
  observation: ({ output }) => isFacts(output),
  authorization: has(['payAuthNo'], isText),
  notification: (facts) => has(['code', 'digest'], isText)(facts) && isFacts(facts['output']),
  booking: ({ success }) => typeof success === 'boolean',
  attention: has(['reason'], isText),
  resolution: has(['decision', 'operator', 'remark', 'caller'], isText),
}

/** True when the facts have what their kind, or for intents their verb, needs. A kind that is not listed needs an object. */
export const hasShape = (kind: string, verb: string | null, facts: unknown): boolean => {
  if (!isFacts(facts)) return false
  const check = kind === 'intent' ? intents[verb ?? ''] : others[kind]
  return check === undefined || check(facts)
}
