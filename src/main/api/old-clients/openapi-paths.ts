// Owns how the addresses for old programs stand in the OpenAPI document: one row per transaction code, made from its endpoint,
// and the four that have no code. What they do is register.ts.
import { callCodes, routeOf } from './calls.ts'

const text = (title: string, description?: string): object => ({
  type: 'string',
  title,
  ...(description === undefined ? {} : { description }),
})

const object = (properties: Readonly<Record<string, object>>, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
})

const answer = object(
  { code: text('结果', '"0" 为成功, 否则为错误码'), message: text('说明'), data: { type: 'object' } },
  ['code', 'message', 'data'],
)

/** JSON, the same as text/plain, or a form whose field `data` holds the JSON; in UTF-8 or GBK. */
const bodyOf = (schema: object): object => ({
  content: {
    'application/json': { schema },
    'text/plain': { schema },
    'application/x-www-form-urlencoded': { schema },
  },
})

const responsesOf = (schema: object): object => ({
  '200': { description: '总是 HTTP 200; 成功与否看应答内容', content: { 'application/json': { schema } } },
})

const names = {
  order: object({ medOrgOrd: text('医疗机构订单号', '或填 payOrdId') }),
  operation: object({
    operationId: text('操作编号'),
    wait: text('最多等几秒', '仅 operation: 0 到 25'),
  }),
} as const

const callOf = (code: string): object => {
  const { summary, scope, own, also, call, body = object({}) } = routeOf(code)
  const schema = call.names === undefined ? body : { allOf: [names[call.names], body] }
  return {
    post: {
      operationId: `call-${code}`,
      summary: `${summary} (老程序)`,
      'x-scope': scope,
      ...(own === undefined ? {} : { 'x-scope-own': own }),
      ...(also === undefined ? {} : { 'x-also': also }),
      requestBody: bodyOf(schema),
      responses: responsesOf(answer),
    },
  }
}

const fsiRequest = object(
  {
    infno: text('交易编号', '交易码, 如 6201'),
    msgid: text('发送方报文ID'),
    mdtrtarea_admvs: text('就医地医保区划'),
    insuplc_admdvs: text('参保地医保区划'),
    fixmedins_code: text('定点医药机构编号', '须是本令牌的机构'),
    opter: text('经办人'),
    opter_name: text('经办人姓名'),
    input: object({ data: { type: 'object', title: '该交易的字段' } }),
  },
  ['infno', 'input'],
)

const fsiAnswer = object({
  infcode: { type: 'integer', title: '0 成功; 其余都是 -1, 包括结果未知' },
  inf_refmsgid: text('接收方报文ID'),
  refmsg_time: text('接收报文时间', 'yyyyMMddHHmmssSSS'),
  respond_time: text('响应报文时间', 'yyyyMMddHHmmssSSS'),
  err_msg: text('错误信息', '以错误码开头'),
  output: { type: 'object', title: '交易输出' },
})

const inQuery = (name: string, description: string, required: boolean): object => ({
  name,
  in: 'query',
  description,
  required,
  schema: { type: 'string' },
})

/** Path -> methods, as OpenAPI wants them. */
export const oldClientPaths: Readonly<Record<string, object>> = {
  ...Object.fromEntries(callCodes.map((code) => [`/call/${code}`, callOf(code)])),
  '/call': {
    post: {
      operationId: 'call',
      summary: '按交易码调用 (老程序): 交易码在请求体的 code 里',
      'x-scope': '同该交易',
      requestBody: bodyOf(
        object({ code: text('交易码'), token: text('令牌', '没有请求头时'), data: { type: 'object' } }, ['code']),
      ),
      responses: responsesOf(answer),
    },
  },
  '/fsi': {
    post: {
      operationId: 'fsi',
      summary: '医保核心 (FSI) 报文 (老程序)',
      'x-scope': '同该交易',
      requestBody: bodyOf(fsiRequest),
      responses: responsesOf(fsiAnswer),
    },
  },
  '/call/ticket': {
    post: {
      operationId: 'call-ticket',
      summary: '取得一次性凭据, 供只会 GET 的程序读一个订单 (30 秒)',
      'x-scope': 'read',
      requestBody: bodyOf(
        object({ medOrgOrd: text('医疗机构订单号'), origin: text('将要读取的网页来源') }, ['medOrgOrd']),
      ),
      responses: responsesOf(answer),
    },
  },
  '/call/order': {
    get: {
      operationId: 'call-order',
      summary: '凭一次性凭据读订单的状态, 没有患者信息, 不能动钱',
      security: [],
      parameters: [
        inQuery('medOrgOrd', '医疗机构订单号', true),
        inQuery('ticket', '/call/ticket 给的凭据', true),
        inQuery('callback', 'JSONP 的函数名, 须启用 api.jsonp', false),
      ],
      responses: responsesOf(answer),
    },
  },
}
