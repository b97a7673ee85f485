// Owns judging the `kiosk` part of the configuration beyond its shape: a token that cannot give money back, an address for
// authorising that carries no patient data, and a HIS that is reached safely.
import type { ConfigFaults } from './schema/config-faults.ts'
import type { Config } from './schema/config-schema.ts'

const neededScopes = ['decode', 'pay'] as const
const forbiddenScopes = ['refund', 'admin'] as const
const allowedPlaceholders: ReadonlySet<string> = new Set(['{medOrgOrd}', '{payOrdId}'])

const checkToken = (faults: ConfigFaults, { api, orgCodg }: Config, name: string): void => {
  const token = api.tokens.find((candidate) => candidate.name === name)
  if (token === undefined) {
    faults.add('kiosk.token', '不是 api.tokens 中的名称')
    return
  }
  const held = forbiddenScopes.filter((scope) => token.scopes.includes(scope))
  const missing = neededScopes.filter((scope) => !token.scopes.includes(scope))
  if (held.length > 0) faults.add('kiosk.token', `该令牌不得有权限 ${held.join('、')}`)
  if (missing.length > 0) faults.add('kiosk.token', `该令牌缺少权限 ${missing.join('、')}`)
  if ((token.orgCodg ?? orgCodg) !== orgCodg) faults.add('kiosk.token', '该令牌须属于本机构')
}

/** Every way needs a payAuthNo (6202, 6205, 收银台): it comes from the patient's phone, or from 6101 where that is set. */
const checkTemplate = (faults: ConfigFaults, template: string | undefined, isNeeded: boolean): void => {
  if (template === undefined) {
    if (isNeeded) {
      faults.add(
        'kiosk.h5UrlTemplate',
        '必填: 各种支付方式都要患者授权 (payAuthNo), 除非 orders.authNoAsPayAuthNo 为 true',
      )
    }
    return
  }
  const placeholders = template.match(/\{[^}]*\}?/g) ?? []
  if (placeholders.some((placeholder) => !allowedPlaceholders.has(placeholder))) {
    faults.add('kiosk.h5UrlTemplate', '只能用 {medOrgOrd}、{payOrdId} 两个占位符')
  } else if (placeholders.length === 0) faults.add('kiosk.h5UrlTemplate', '须含 {medOrgOrd} 或 {payOrdId}')
  if (!URL.canParse(template)) faults.add('kiosk.h5UrlTemplate', '不是有效的地址')
}

/** Adds every fault of the kiosk's settings. */
export const checkKiosk = (faults: ConfigFaults, config: Config): void => {
  if (!faults.isWhole('kiosk') || config.kiosk === undefined) return
  const { token, h5UrlTemplate, his } = config.kiosk
  const fromDecode = faults.isWhole('orders') && config.orders?.authNoAsPayAuthNo === true
  if (faults.isWhole('api')) checkToken(faults, config, token)
  checkTemplate(faults, h5UrlTemplate, !fromDecode)
  if (!URL.canParse(his.baseUrl)) faults.add('kiosk.his.baseUrl', '不是有效的地址')
  if (his.baseUrl.startsWith('http:') && his.allowPlainHttp !== true) {
    faults.add('kiosk.his.baseUrl', '明文 HTTP 须同时设置 allowPlainHttp: true')
  }
  if (faults.isWhole('orders') && config.orders?.callbackAck === 'booked') {
    faults.add('orders.callbackAck', '自助机订单在结算后才记账, 不能与 booked 同用')
  }
}
