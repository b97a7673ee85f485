// Owns which scanner a decode waits on: the configuration says which a caller may use, the caller at most names one of them.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { Scanner } from '../base/ports.ts'

/** `roles`: of the scanners that the caller may use; undefined: any. A scanner without a role is everybody's. */
export const mayUseScanner = (roles: readonly string[] | undefined, role: string | undefined): boolean =>
  roles === undefined || role === undefined || role === '' || roles.includes(role)

/**
 * The scanner of this name, or the first that the caller may use. Throws INVALID_FIELDS for a name that is not one of them, and
 * SCANNER_UNAVAILABLE when there is none at all.
 */
export const chooseScanner = (
  scanners: readonly Scanner[],
  roles: readonly string[] | undefined,
  name: string | undefined,
): Scanner => {
  const allowed = scanners.filter(({ role }) => mayUseScanner(roles, role))
  const chosen = name === undefined ? allowed[0] : allowed.find((scanner) => scanner.name === name)
  if (chosen !== undefined) return chosen
  if (name === undefined) {
    throw new AgentError('SCANNER_UNAVAILABLE', {
      addition: scanners.length === 0 ? '未配置扫码枪' : '没有本令牌可用的扫码枪',
    })
  }
  const names = allowed.map((scanner) => scanner.name).join('、')
  const problem = `没有这把扫码枪或本令牌不能用它; 可用的: ${names || '无'}`
  throw invalidFields([{ path: 'scanner', name: '扫码枪名称', problem }])
}
