// Owns the endpoint of 费用明细上传撤销 (6401).
import { asSent, Strict } from '../../../contract/check/fields.ts'
import { RevokeUploadInput } from '../../../contract/interfaces/revoke-upload.ts'
import { revokeUpload } from '../../usecases/operations/revoke-upload.ts'
import { orderOf } from '../callers/reach.ts'
import { queue, splitQueue } from '../endpoint/own-fields.ts'
import { endpoint } from '../endpoint/tools.ts'

export const revocation = endpoint({
  method: 'POST',
  path: '/v1/orders/:medOrgOrd/revocation',
  scope: 'pay',
  summary: '费用明细上传撤销',
  interface: '6401',
  call: { code: '6401', names: 'order' },
  // What a caller repeats of the order is compared with what is known of it; payOrdId says which upload is meant (RULES 2.4).
  body: Strict({
    ...asSent(RevokeUploadInput.properties, ['payOrdId', 'orgCodg', 'payToken', 'idNo', 'userName', 'idType']),
    queue,
  }),
  answer: async (request, { onBehalfOf, answerWhenDone }) => {
    const { fields, origin } = splitQueue(request.body)
    const performed = await revokeUpload(onBehalfOf(request.caller), orderOf(request), fields, origin)
    return answerWhenDone(performed, request.caller)
  },
})
