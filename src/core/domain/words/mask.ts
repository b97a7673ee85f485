// Owns hiding in recorded fields whatever names a patient or authorises something (RULES 10); how a name itself is shown is
// contract/mask-patient.ts. Pure. Who may see recorded fields at all is api/.

const hidden = '***'

/** Fields that are never shown, whatever they hold; spelt in lower case. */
const hiddenFields: ReadonlySet<string> = new Set([
  'username',
  'psnname',
  'psnno',
  'idno',
  'certno',
  'psncertno',
  'ectoken',
  'eccode',
  'ecqrcode',
  'paytoken',
  'payauthno',
  'authno',
  'revstoken',
  'cashierurl',
  'chnlencdata',
  'encdata',
  'mobile',
  'phone',
  'tel',
  'uldlatlnt',
])

const citizenNumber = /(?<!\d)\d{17}[\dXx](?![\dXx])/g

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** The texts of hidden fields, at any depth: they are hidden in every other field too. */
export const collectHidden = (value: unknown, found = new Set<string>()): ReadonlySet<string> => {
  if (Array.isArray(value)) for (const item of value) collectHidden(item, found)
  else if (isFields(value)) {
    for (const [name, member] of Object.entries(value)) {
      const isText = typeof member === 'string' && member.length > 1
      if (isText && hiddenFields.has(name.toLowerCase())) found.add(member)
      else collectHidden(member, found)
    }
  }
  return found
}

/** A text without what is hidden. */
export const maskText = (text: string, secrets: ReadonlySet<string>): string => {
  let masked = text.replaceAll(citizenNumber, hidden)
  for (const secret of secrets) masked = masked.replaceAll(secret, hidden)
  return masked
}

/** The same value with hidden fields, and the texts of `secrets` wherever they stand, replaced. */
export const maskFields = (value: unknown, secrets: ReadonlySet<string>, name = ''): unknown => {
  if (hiddenFields.has(name.toLowerCase()) && value !== '' && value !== undefined) return hidden
  if (typeof value === 'string') return maskText(value, secrets)
  if (Array.isArray(value)) return value.map((item: unknown) => maskFields(item, secrets))
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [maskText(key, secrets), maskFields(member, secrets, key)]),
  )
}
