// Owns the endpoint of 费用明细上传 (6201).
import { setImmediate as nextTurn } from 'node:timers/promises'
import { asSent, OptionalText, Strict } from '../../../contract/check/fields.ts'
import { UploadFeesInput } from '../../../contract/interfaces/upload-fees.ts'
import { checkUpload } from '../../usecases/operations/check-upload.ts'
import { uploadBodyText, uploadFees } from '../../usecases/operations/upload-fees.ts'
import { okAnswer } from '../answers/answer.ts'
import { operator, splitOperator } from '../endpoint/own-fields.ts'
import { endpoint } from '../endpoint/tools.ts'

/** A long upload is worked on in several turns of the event loop, so that a short call need not wait for all of it. */
const longUploadLines = 100

export const uploadFields = asSent(UploadFeesInput.properties, ['orgCodg', 'idNo', 'userName', 'idType', 'ecToken'])

const extras = {
  decodeOperationId: OptionalText('解码操作编号', 40, { note: '由解码结果填入患者信息' }),
  duplicateOverride: OptionalText('重复上传确认人', 20, { note: '操作员工号, 记入账本' }),
}
type Extras = { readonly decodeOperationId?: string; readonly duplicateOverride?: string }

export const upload = endpoint({
  method: 'POST',
  path: '/v1/orders',
  scope: 'pay',
  summary: '费用明细上传',
  interface: '6201',
  call: { code: '6201' },
  body: Strict({ ...uploadFields, ...extras, operator }),
  query: { dryRun: 'true: 只检查, 不发送, 不记账' },
  answer: async ({ caller, body, flags }, { dependencies: { link }, onBehalfOf, answerWhenDone }) => {
    const { operator: name, fields: sent } = splitOperator(body)
    const { decodeOperationId = '', duplicateOverride = '', ...fields } = sent as typeof sent & Extras
    const bodyText = uploadBodyText(sent)
    const checked = checkUpload(onBehalfOf(caller), caller.orgCodg, fields, {
      decodeOperationId,
      duplicateOverride,
      operator: name,
    })
    if (flags['dryRun'] === true) return okAnswer({ dryRun: true, warnings: checked.warnings })
    await link.check()
    if (checked.body.feedetailList.length > longUploadLines) await nextTurn()
    const answer = await answerWhenDone(uploadFees(onBehalfOf(caller), checked, bodyText), caller)
    const { data } = answer.body
    const warnings = [...checked.warnings, ...(data['warnings'] as string[])]
    return { ...answer, body: { ...answer.body, data: { ...data, warnings } } }
  },
})
