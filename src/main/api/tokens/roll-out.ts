// Owns taking in the tokens of a roll-out (api.provisioning): hashes that an administrator made elsewhere and put on many
// machines. What was decided on this machine since, a rotation or a revocation, stays.
import type { KeptToken, RolledOutToken } from '../../../contract/token-file.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import type { Log } from '../../usecases/base/ports.ts'

const toKept = ({ orgCodg, ...token }: RolledOutToken, ownOrgCodg: string, createdAt: string): KeptToken => ({
  ...token,
  orgCodg: orgCodg ?? ownOrgCodg,
  createdAt,
  rolledOut: token.hash,
})

/** The same facts on top of what this machine decided. */
const renewed = (before: KeptToken, next: KeptToken): KeptToken => {
  const { hash, createdAt, previous, application } = before
  return {
    ...next,
    ...(before.rolledOut === next.rolledOut ? { hash, createdAt } : {}),
    ...(before.rolledOut === next.rolledOut && previous !== undefined ? { previous } : {}),
    ...(application === undefined ? {} : { application }),
  }
}

/** The kept tokens after a roll-out; undefined when it changes nothing. A revoked name stays revoked. */
export const takeRollOut = (
  kept: readonly KeptToken[],
  rolledOut: readonly RolledOutToken[],
  orgCodg: string,
  nowMs: number,
  log: Log,
): KeptToken[] | undefined => {
  const next = new Map(kept.map((token) => [token.name, token]))
  for (const token of rolledOut) {
    const before = next.get(token.name)
    const fresh = toKept(token, orgCodg, shanghaiIso(nowMs))
    if (before === undefined) next.set(token.name, fresh)
    // Paired here under the same name, or revoked here: this machine's word goes before the file's.
    else if (before.revokedAt !== undefined || before.rolledOut === undefined)
      log('warn', 'access.roll-out-ignored', { name: token.name })
    else next.set(token.name, renewed(before, fresh))
  }
  const after = [...next.values()]
  return JSON.stringify(after) === JSON.stringify(kept) ? undefined : after
}
