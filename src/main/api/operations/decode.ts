// Owns the endpoint that decodes a 医保码 (6101).
import Type from 'typebox'
import { ByName, Strict } from '../../../contract/check/fields.ts'
import { DecodeVoucherInput } from '../../../contract/interfaces/decode-voucher.ts'
import { decodeVoucher } from '../../usecases/decoding/decode-voucher.ts'
import { calledBy } from '../callers/tokens.ts'
import { endpoint } from '../endpoint/tools.ts'

/** A scanned 医保码 with room to spare; the scanners' own limit is theirs. */
const maxCodeLength = 4_000

export const decode = endpoint({
  method: 'POST',
  path: '/v1/vouchers/decode',
  asksOnly: true,
  scope: 'decode',
  summary: '解码医保码',
  interface: '6101',
  // The library's own name for the code; here it is `code`, which means something else beside a token.
  call: { code: '6101', renames: { ecQrCode: 'code' } },
  body: Strict({
    ...Type.Partial(DecodeVoucherInput).properties,
    code: Type.Optional(
      Type.String({ title: '医保码', maxLength: maxCodeLength, description: '调用方自己扫码时传入' }),
    ),
    transType: Type.Optional(
      Type.String({
        title: '动态库交易',
        maxLength: 40,
        description:
          '默认 ec.query (扫码解码); 国家动态库另有刷脸、读身份证、通知结算结果等, 见 docs/integrate.zh-CN.md',
      }),
    ),
    transData: Type.Optional(
      ByName('^[A-Za-z]\\w{0,39}$', Type.String({ maxLength: 500 }), {
        title: '该交易另需的字段',
        maxProperties: 20,
        description: '如 {"outBizNo": "..."}',
      }),
    ),
    scanner: Type.Optional(
      Type.String({
        title: '扫码枪名称',
        maxLength: 40,
        description: '配置 scanners 中的 name; 不填用本令牌可用的第一把',
      }),
    ),
  }),
  answer: async ({ caller, body }, { dependencies, decodes, answerWhenDone }) => {
    const { code, scanner, transType, transData, ...fields } = body
    await dependencies.link.check()
    const controller = new AbortController()
    const performed = decodeVoucher(dependencies, decodes.waiting, {
      orgCodg: caller.orgCodg,
      by: calledBy(caller),
      scannerRoles: caller.scannerRoles,
      fields: fields,
      code,
      scanner,
      transType,
      transData,
      signal: controller.signal,
    })
    decodes.keep(performed, controller)
    return answerWhenDone(performed, caller)
  },
})
