// Owns the endpoint that begins a pairing: a code of six digits for two minutes.
import Type from 'typebox'
import { OptionalText, Strict } from '../../../contract/check/fields.ts'
import type { PairingStarted } from '../../../contract/local-api/access.ts'
import { TokenCharset, TokenFsiNames, TokenName, TokenOrigin, TokenScopes } from '../../../contract/token-file.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import { okAnswer } from '../answers/answer.ts'
import { assertMayGive } from '../callers/tokens.ts'
import { application, Days } from './fields.ts'
import { accessEndpoint, makerOf, refuseField } from './tools.ts'

export const startPairing = accessEndpoint({
  method: 'POST',
  path: '/v1/pairings',
  scope: 'admin',
  summary: '发起配对, 得到六位配对码 (两分钟)',
  body: Strict({
    name: TokenName,
    scopes: TokenScopes,
    origin: Type.Optional(TokenOrigin),
    application: OptionalText(application.title, application.length, { note: '填写则兑换时必须一致' }),
    charset: Type.Optional(TokenCharset),
    fsiNames: Type.Optional(TokenFsiNames),
    expiresInDays: Type.Optional(Days),
    replace: Type.Optional(Type.Boolean({ title: '重新配对', description: '名称已有令牌时换成新的, 旧的立即失效' })),
  }),
  answer: ({ caller, body }, { pairings }) => {
    const { expiresInDays, application: program = '', ...rest } = body
    if (rest.origin !== undefined && program !== '') {
      throw refuseField('origin, application', '网页来源, 程序名称', '只能填写一个')
    }
    const scopes = [...new Set(rest.scopes)]
    assertMayGive(caller, scopes)
    const { code, expiresAtMs } = pairings.start({
      ...rest,
      ...(program === '' ? {} : { application: program }),
      scopes,
      orgCodg: caller.orgCodg,
      expiresInDays,
      maker: makerOf(caller),
    })
    return okAnswer({ code, expiresAt: shanghaiIso(expiresAtMs) } satisfies PairingStarted)
  },
})
