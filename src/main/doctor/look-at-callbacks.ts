// Owns what the callback listener and its certificate mean for doctor. Reading and judging its files is config/secrets/callback-tls.ts.
import { find, type FindingOf } from './tables/check-table.ts'

/** The certificate as the configuration has it: when it is good, milliseconds since the epoch, or, in Chinese, why never. */
export type ListenerCertificate = { readonly startsMs: number; readonly endsMs: number } | { readonly problem: string }

type Listener = { readonly host: string; readonly port: number }

export const addressOf = ({ host, port }: Listener): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** `problem`: why nobody can listen there, in Chinese; "" when one can. */
export const judgeListening = (problem: string, listener: Listener): FindingOf<'callbackListener'> =>
  problem === ''
    ? find('callbackListener', 'ok', addressOf(listener))
    : find('callbackListener', 'notListening', `${addressOf(listener)}: ${problem}`)

const dayMs = 86_400_000
const endsSoonDays = 30

const dateOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10)

/** `certificate` undefined: none is configured. */
export const judgeListener = (
  certificate: ListenerCertificate | undefined,
  nowMs = Date.now(),
): FindingOf<'callbackCertificate'> => {
  if (certificate === undefined) return find('callbackCertificate', 'skipped', '没有配置 callbacks.certFile')
  if ('problem' in certificate) return find('callbackCertificate', 'unusable', certificate.problem)
  const { startsMs, endsMs } = certificate
  if (endsMs <= nowMs) return find('callbackCertificate', 'ended', `已于 ${dateOf(endsMs)} 过期`)
  if (startsMs > nowMs) return find('callbackCertificate', 'notYet', `从 ${dateOf(startsMs)} 起有效`)
  const days = Math.floor((endsMs - nowMs) / dayMs)
  return find('callbackCertificate', days < endsSoonDays ? 'endsSoon' : 'ok', `还有 ${days} 天, 到 ${dateOf(endsMs)}`)
}
