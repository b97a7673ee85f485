// Owns what the stages on the way to the center mean for doctor. Looking itself is center/probe-stages.ts.
import { explainConnection } from '../../core/domain/words/connection-reason.ts'
import { find, type Finding, type FindingOf } from './tables/check-table.ts'

export type Stages = {
  readonly address: string
  readonly failed?: { readonly stage: 'name' | 'connection' | 'tls'; readonly code: string }
  readonly isPlain: boolean
  readonly certificateEndsMs?: number
  readonly clockAheadMs?: number
}

const dayMs = 86_400_000
const endsSoonDays = 30
const minuteMs = 60_000

const tlsResults: Readonly<Record<string, FindingOf<'centerTls'>['result']>> = {
  CERT_HAS_EXPIRED: 'expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'otherName',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
}

const judgeFailure = (host: string, { stage, code }: NonNullable<Stages['failed']>): readonly Finding[] => {
  const why = explainConnection(code)
  switch (stage) {
    case 'name':
      return [find('centerName', 'unresolved', `${host}: ${why}`)]
    case 'connection':
      return [find('centerConnection', code === 'ECONNREFUSED' ? 'refused' : 'unreachable', `${host}: ${why}`)]
    case 'tls':
      return [find('centerConnection', 'ok'), find('centerTls', tlsResults[code] ?? 'failed', why)]
  }
}

const judgeClock = (aheadMs: number | undefined, replyWindowMs: number): Finding => {
  if (aheadMs === undefined) return find('centerClock', 'noAnswer')
  const words = `中心${aheadMs < 0 ? '慢' : '快'} ${Math.round(Math.abs(aheadMs) / 1_000)} 秒`
  const byMs = Math.abs(aheadMs)
  return find('centerClock', byMs > replyWindowMs / 2 ? 'far' : byMs > minuteMs ? 'differs' : 'ok', words)
}

/** All that the stages tell; a stage that was not reached is left out. */
export const judgeCenter = (
  url: URL,
  stages: Stages,
  replyWindowMs: number,
  nowMs = Date.now(),
): readonly Finding[] => {
  const { address, failed, isPlain, certificateEndsMs, clockAheadMs } = stages
  const name =
    address === '' && failed?.stage === 'name' ? [] : [find('centerName', 'ok', `${url.hostname} ${address}`)]
  if (failed !== undefined) return [...name, ...judgeFailure(url.host, failed)]
  const findings: Finding[] = [
    ...name,
    find('centerConnection', 'ok', url.host),
    find('centerTls', isPlain ? 'plain' : 'ok', isPlain ? '明文 HTTP, 不加密; 仅限医保专网' : '证书可信, 与地址相符'),
    judgeClock(clockAheadMs, replyWindowMs),
  ]
  if (isPlain || certificateEndsMs === undefined) return [...findings, find('centerCertificate', 'skipped', '没有证书')]
  const days = Math.floor((certificateEndsMs - nowMs) / dayMs)
  const detail = `还有 ${days} 天, 到 ${new Date(certificateEndsMs).toISOString().slice(0, 10)}`
  return [...findings, find('centerCertificate', days < endsSoonDays ? 'endsSoon' : 'ok', detail)]
}
