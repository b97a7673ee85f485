// Owns which settings an administrator's token may change. All others name what runs, where it goes, where things lie, who may and
// how often, or by which rules money moves: whoever sets those is the machine, so only its owner does (docs/security.md). Pure.
import { isObject } from '../../contract/check/json-text.ts'

/** Groups and single settings, by their paths; what is not named here is the owner's, whatever is added to the configuration. */
export const openSettings: readonly string[] = [
  'ecOrgId',
  'orders.lengthUnit',
  'orders.requiredOverrides',
  'orders.extraFields',
  'orders.unknownCodes',
  'orders.scanWaitMs',
  'orders.unbookedAfterMs',
  'orders.dayEnd',
  'orders.stuckAfterMs',
  'orders.sweepDays',
  'orders.callbackAck',
  'orders.callbackDeadlineMs',
  'orders.stepsPerSecond',
  'center.userId',
  'voucher.deadlineMs',
  'kiosk.institutionName',
  'kiosk.officeId',
  'kiosk.officeName',
  'kiosk.businessType',
  'kiosk.idleSeconds',
  'kiosk.ways',
  'kiosk.voice',
]

const isOpen = (path: string): boolean => openSettings.some((open) => path === open || path.startsWith(`${open}.`))

/** The settings that differ and are the owner's, by their paths. */
export const ownersChanges = (before: unknown, after: unknown, path = ''): readonly string[] => {
  if (path !== '' && isOpen(path)) return []
  if (isObject(before) || isObject(after)) {
    const [one, other] = [isObject(before) ? before : {}, isObject(after) ? after : {}]
    const names = new Set([...Object.keys(one), ...Object.keys(other)])
    return [...names].flatMap((name) => ownersChanges(one[name], other[name], path === '' ? name : `${path}.${name}`))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path]
}
