// Owns the endpoint of 全退重收: a refund of all (6203), then an upload of what is left (6201) as a new order.
import { Strict } from '../../../contract/check/fields.ts'
import { checkUpload } from '../../usecases/operations/check-upload.ts'
import { rebillOrder } from '../../usecases/operations/rebill-order.ts'
import { orderOf } from '../callers/reach.ts'
import { operator } from '../endpoint/own-fields.ts'
import { endpoint } from '../endpoint/tools.ts'
import { refundFields } from './refunds.ts'
import { uploadFields } from './upload.ts'

export const rebill = endpoint({
  method: 'POST',
  path: '/v1/orders/:medOrgOrd/rebill',
  scope: 'refund',
  also: 'pay',
  summary: '全退重收: 全额退费后把剩余明细作为新订单上传',
  call: { code: 'rebill', names: 'order' },
  parts: { refund: '6203', upload: '6201' },
  body: Strict({ refund: Strict(refundFields), upload: Strict(uploadFields), operator }),
  answer: (request, { onBehalfOf, answerWhenDone }) => {
    const { caller, body } = request
    const upload = checkUpload(onBehalfOf(caller), caller.orgCodg, body.upload, { operator: body.operator ?? '' })
    return answerWhenDone(rebillOrder(onBehalfOf(caller), orderOf(request), body.refund, upload), caller)
  },
})
