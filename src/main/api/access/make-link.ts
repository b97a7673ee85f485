// Owns the endpoint that makes a link which opens one of the agent's own pages, once.
import Type from 'typebox'
import { Strict } from '../../../contract/check/fields.ts'
import type { LinkAnswer } from '../../../contract/local-api/access.ts'
import { TokenScopes } from '../../../contract/token-file.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import { kioskScopes } from '../../usecases/base/kiosk-fields.ts'
import { okAnswer } from '../answers/answer.ts'
import { assertMayGive, assertOwner, scopes as allScopes, shareOf, type Caller, type Scope } from '../callers/tokens.ts'
import { ownerLivesMs, sessionLivesMs, unattendedLivesMs } from '../tokens/links.ts'
import { accessEndpoint, makerOf, refuseField } from './tools.ts'

/** Nobody at a kiosk refunds or reads what others pay, and a patient's display only shows. A console gets what its maker has. */
const scopesOf = (page: 'console' | 'kiosk' | 'display', { isOwner, scopes }: Caller): readonly Scope[] => {
  if (page === 'kiosk') return kioskScopes
  if (page === 'display') return ['read']
  return isOwner === true ? allScopes : scopes
}

export const makeLink = accessEndpoint({
  method: 'POST',
  path: '/v1/links',
  scope: 'admin',
  summary: '打开控制台、自助机、患者屏的一次性链接 (一分钟)',
  body: Strict({
    page: Type.Optional(
      Type.Enum(['console', 'kiosk', 'display'], {
        title: '网页',
        description: '默认 console; kiosk 的权限固定为 decode、pay, display 为 read',
      }),
    ),
    scopes: Type.Optional(TokenScopes),
    settings: Type.Optional(
      Type.Boolean({ title: '更改设置', description: '只限本机的所有者: 15 分钟内可以更改全部设置的 console' }),
    ),
  }),
  answer: ({ caller, body, port = 0 }, { links, kiosk }) => {
    const { page = 'console', scopes: wanted, settings = false } = body
    if (page !== 'console' && settings) throw refuseField('settings', '更改设置', '只用于 console')
    if (settings) assertOwner(caller)
    if (page !== 'console' && wanted !== undefined) throw refuseField('scopes', '权限', '只有 console 可以选择')
    if (page === 'kiosk' && kiosk?.orgCodg !== caller.orgCodg) throw new AgentError('KIOSK_NOT_CONFIGURED')
    const scopes = [...new Set(wanted ?? scopesOf(page, caller))]
    assertMayGive(caller, scopes)
    const { link, expiresAtMs } = links.make({
      // The kiosk's own name, so that what it does is done as the configured kiosk.
      name: page === 'kiosk' ? (kiosk?.token ?? '') : page,
      orgCodg: caller.orgCodg,
      scopes,
      livesMs: page !== 'console' ? unattendedLivesMs : settings ? ownerLivesMs : sessionLivesMs,
      maker: makerOf(caller),
      share: shareOf(caller),
      ...(settings ? { isOwner: true } : {}),
    })
    const address = `http://127.0.0.1:${port}/${page}/#link=${link}`
    return okAnswer({ link: address, expiresAt: shanghaiIso(expiresAtMs) } satisfies LinkAnswer)
  },
})
