// Owns the rows of the table of endpoints for tokens, pairing and links. What they do is handlers.ts.
import Type, { type Static } from 'typebox'
import { OptionalText, shapeKey, Strict, Text } from '../../../contract/check/fields.ts'
import { TokenCharset, TokenFsiNames, TokenName, TokenOrigin, TokenScopes } from '../../../contract/token-file.ts'

const optional = Type.Optional
const Days = Type.Integer({ title: '有效天数', minimum: 1, maximum: 3_650 })
const application = '程序名称'
const applicationLength = 40

export const PairingBody = Strict({
  name: TokenName,
  scopes: TokenScopes,
  origin: optional(TokenOrigin),
  application: OptionalText(application, applicationLength, { note: '填写则兑换时必须一致' }),
  charset: optional(TokenCharset),
  fsiNames: optional(TokenFsiNames),
  expiresInDays: optional(Days),
  replace: optional(Type.Boolean({ title: '重新配对', description: '名称已有令牌时换成新的, 旧的立即失效' })),
})
export type PairingBody = Static<typeof PairingBody>

export const ExchangeBody = Strict({
  code: Type.String({ title: '配对码', pattern: '^\\d{6}$', [shapeKey]: '应为六位数字' }),
  application: Text(application, applicationLength),
})
export type ExchangeBody = Static<typeof ExchangeBody>

export const RotateBody = Strict({
  overlapMinutes: optional(
    Type.Integer({ title: '旧令牌再用几分钟', minimum: 0, maximum: 1_440, description: '默认 10; 0: 立即失效' }),
  ),
  expiresInDays: optional(Days),
})
export type RotateBody = Static<typeof RotateBody>

export const LinkBody = Strict({
  page: optional(
    Type.Enum(['console', 'kiosk', 'display'], {
      title: '网页',
      description: '默认 console; kiosk 的权限固定为 decode、pay, display 为 read',
    }),
  ),
  scopes: optional(TokenScopes),
  settings: optional(
    Type.Boolean({ title: '更改设置', description: '只限本机的所有者: 15 分钟内可以更改全部设置的 console' }),
  ),
})
export type LinkBody = Static<typeof LinkBody>

export const LinkExchangeBody = Strict({ link: Text('一次性链接', 100) })
export type LinkExchangeBody = Static<typeof LinkExchangeBody>

export const accessRoutes = [
  {
    name: 'startPairing',
    method: 'POST',
    path: '/v1/pairings',
    scope: 'admin',
    summary: '发起配对, 得到六位配对码 (两分钟)',
    body: PairingBody,
  },
  { name: 'pairing', method: 'GET', path: '/v1/pairings', scope: 'admin', summary: '最近一次配对的状态' },
  {
    name: 'cancelPairing',
    method: 'POST',
    path: '/v1/pairings/cancel',
    scope: 'admin',
    summary: '取消等待中的配对',
    body: Strict({}),
  },
  {
    name: 'exchangePairing',
    method: 'POST',
    path: '/v1/pairings/exchange',
    scope: undefined,
    summary: '用配对码换令牌 (令牌只显示这一次)',
    body: ExchangeBody,
  },
  { name: 'tokens', method: 'GET', path: '/v1/tokens', scope: 'admin', summary: '全部令牌, 没有令牌本身' },
  {
    name: 'ownToken',
    method: 'GET',
    path: '/v1/tokens/me',
    scope: 'read',
    own: ['decode', 'pay', 'refund', 'admin'],
    summary: '本令牌的名称、机构、权限',
  },
  {
    name: 'revokeToken',
    method: 'POST',
    path: '/v1/tokens/:name/revoke',
    scope: 'admin',
    summary: '吊销令牌, 立即生效',
    body: Strict({}),
  },
  {
    name: 'rotateToken',
    method: 'POST',
    path: '/v1/tokens/:name/rotate',
    scope: 'admin',
    summary: '更换令牌 (新令牌只显示这一次)',
    body: RotateBody,
  },
  {
    name: 'makeLink',
    method: 'POST',
    path: '/v1/links',
    scope: 'admin',
    summary: '打开控制台、自助机、患者屏的一次性链接 (一分钟)',
    body: LinkBody,
  },
  {
    name: 'exchangeLink',
    method: 'POST',
    path: '/v1/links/exchange',
    scope: undefined,
    summary: '用一次性链接换会话令牌, 只限助手自己的网页',
    body: LinkExchangeBody,
  },
] as const

export type AccessRouteName = (typeof accessRoutes)[number]['name']
