// Owns docs/his-kiosk.openapi.json: what a HIS offers to a kiosk, made of contract/his-bills.ts for whoever writes that side.
import type { ExtraFields } from '../../src/contract/extra-fields.ts'
import { BillRefusal, billsAnswerOf, hisInterfaces, type HisInterface } from '../../src/contract/his-bills.ts'

const jsonContent = (schema: unknown): object => ({ 'application/json': { schema } })

const operationOf = (name: HisInterface, extraFields: ExtraFields): object => {
  const { path, summary, request, answer } = hisInterfaces[name]
  const ofBill = path.includes('{billId}')
  return {
    operationId: name,
    summary,
    parameters: ofBill ? [{ name: 'billId', in: 'path', required: true, schema: { type: 'string' } }] : [],
    requestBody: { required: true, content: jsonContent(request) },
    responses: {
      '200': {
        description: '成功; 重复的请求应答相同',
        content: jsonContent(name === 'listBills' ? billsAnswerOf(extraFields) : answer),
      },
      '401': { description: '令牌不对' },
      '404': { description: '没有这个患者或账单', content: jsonContent(BillRefusal) },
      '409': { description: '账单的状态不允许', content: jsonContent(BillRefusal) },
      '422': { description: '内容不符', content: jsonContent(BillRefusal) },
      default: { description: '结果不明: 助手按设定的间隔重试, 之后交人工' },
    },
  }
}

/** The document's text; `extraFields`: what a province adds to 6201, none in the document that stands in docs/. */
export const makeHisOpenApi = (extraFields: ExtraFields = {}): string => {
  const names = Object.keys(hisInterfaces) as HisInterface[]
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'HIS 自助机账单接口',
      version: '1',
      description: '由 HIS 提供, 助手调用 (docs/kiosk.zh-CN.md)。Made from src/contract/his-bills.ts by npm run docs.',
    },
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths: Object.fromEntries(
      names.map((name) => [hisInterfaces[name].path, { post: operationOf(name, extraFields) }]),
    ),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
