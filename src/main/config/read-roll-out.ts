// Owns reading the file of a roll-out (api.provisioning): tokens made elsewhere, as hashes. Every fault of it is a fault of the
// configuration. What a machine does with them is api/tokens/roll-out.ts.
import { resolve } from 'node:path'
import { createCheck, faultText } from '../../contract/check/check.ts'
import { RollOutFile, type RolledOutToken } from '../../contract/token-file.ts'
import { readOwnFile } from './secrets/exposed-file.ts'
import type { SecretPlace } from './secrets/read-secrets.ts'
import type { ConfigFaults } from './schema/config-faults.ts'

const check = createCheck<RollOutFile>(RollOutFile)
const setting = 'api.provisioning'

const parse = (text: string): Record<string, unknown> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new RangeError('不是有效的 JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RangeError('应为 {"tokens": [...]}')
  return value as Record<string, unknown>
}

/** The tokens; none when there is a fault. `file` as the configuration says, relative to its `folder`; undefined: no roll-out. */
export const readRollOut = (
  faults: ConfigFaults,
  file: string | undefined,
  { folder, own }: Pick<SecretPlace, 'folder' | 'own'>,
): readonly RolledOutToken[] => {
  if (file === undefined) return []
  const parsed = faults.attempt(setting, () => parse(readOwnFile(resolve(folder, file), own)))
  if (parsed === undefined) return []
  const { value, faults: shape } = check(parsed)
  for (const fault of shape) faults.add(setting, faultText(fault))
  if (shape.length > 0) return []
  const names = new Set<string>()
  for (const [index, { name, expiresAt }] of value.tokens.entries()) {
    const path = `tokens[${index}]`
    if (names.has(name)) faults.add(setting, `${path}.name: 名称重复`)
    names.add(name)
    if (expiresAt !== undefined && Number.isNaN(Date.parse(expiresAt))) {
      faults.add(setting, `${path}.expiresAt: 不是有效的时间`)
    }
  }
  return value.tokens
}
