// Owns the secrets that stand in the configuration itself and not in a file of their own: the hash of a token is what its requests
// are signed with, and the hash of a staff key gives a short number away. Pure.
import { isObject, type Fields } from '../../../contract/check/json-text.ts'

const secretNames: ReadonlySet<string> = new Set(['hash', 'staffKey'])

/** What a page is shown in the place of one. */
export const hiddenText = '(已设置)'

/** Whether something in the configuration itself is a secret. */
export const holdsSecret = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, member]) => secretNames.has(name) || holdsSecret(member))

/** A copy in which each says only that it is set. */
export const hideSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(hideSecrets)
  if (!isObject(value)) return value
  const shown = Object.entries(value).map(([name, member]) => [
    name,
    secretNames.has(name) && typeof member === 'string' ? hiddenText : hideSecrets(member),
  ])
  return Object.fromEntries(shown) as Fields
}

/** The row of the same name. */
const rowIn = (rows: unknown, row: unknown): unknown =>
  Array.isArray(rows) && isObject(row)
    ? rows.find((each: unknown) => isObject(each) && each['name'] === row['name'])
    : undefined

/** A copy with what was hidden put back from `existing`, rows of a list by their name; what is not there stays as it was sent. */
export const restoreSecrets = (sent: unknown, existing: unknown): unknown => {
  if (Array.isArray(sent)) return sent.map((row: unknown) => restoreSecrets(row, rowIn(existing, row)))
  if (!isObject(sent)) return sent
  const before = isObject(existing) ? existing : {}
  const restored = Object.entries(sent).map(([name, member]) => [
    name,
    secretNames.has(name) && member === hiddenText ? (before[name] ?? member) : restoreSecrets(member, before[name]),
  ])
  return Object.fromEntries(restored) as Fields
}
