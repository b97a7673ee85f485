// Owns certificates for the tests, made by the openssl command in a folder that is removed afterwards.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const opensslLacks = spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed'

export type Certificate = { readonly key: string; readonly cert: string }
export type Authority = {
  /** PEM of the authority's own certificate. */
  readonly ca: string
  /** A certificate for `host` that ends in `days`. */
  readonly issue: (host: string, days: number) => Certificate
  readonly remove: () => void
}

/** An authority of its own, which no system trusts. */
export const createAuthority = (): Authority => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-ca-'))
  const at = (name: string): string => join(folder, name)
  const read = (name: string): string => readFileSync(at(name), 'utf8')
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore' })
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '90', '-subj', '/CN=CA')
  return {
    ca: read('ca.pem'),
    issue: (host, days) => {
      writeFileSync(at('names'), `subjectAltName=DNS:${host}\n`)
      openssl('req', '-new', ...newKey, '-keyout', at('leaf.key'), '-out', at('leaf.csr'), '-subj', `/CN=${host}`)
      const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')]
      openssl('x509', '-req', '-in', at('leaf.csr'), ...signed, '-out', at('leaf.pem'), '-days', String(days))
      return { key: read('leaf.key'), cert: read('leaf.pem') }
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
