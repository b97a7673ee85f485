// Owns the rules across the fields of an upload (RULES 9.1, 9.3). Single fields are contract/; nothing is sent here.
import type { Fault } from '../../../contract/check/check.ts'
import type { UploadFeesInput } from '../../../contract/interfaces/upload-fees.ts'
import { differsFromProduct, formatFen, tryParseFen } from './money.ts'

export type UploadRuleSettings = {
  /** Fields that this center wants, or does not want, against the table: name -> required (RULES 9.1). */
  readonly requiredOverrides: Readonly<Record<string, boolean>>
  /** med_type codes that are inpatient: they begin with one of these. */
  readonly inpatientPrefixes: readonly string[]
}

export const defaultUploadRules: UploadRuleSettings = {
  requiredOverrides: {},
  inpatientPrefixes: ['2', '52'],
}

export type UploadFindings = { readonly faults: readonly Fault[]; readonly warnings: readonly string[] }

type Line = UploadFeesInput['feedetailList'][number]

const contextRequired = ['fetts', 'matnType'] as const
const contextNames: Record<string, string> = { fetts: '胎次', matnType: '生育类别' }
const latLngPattern = /^-?\d{1,3}(\.\d{1,10})?,-?\d{1,2}(\.\d{1,10})?$/
const noPlace = '0,0'

const isNegative = (text: string): boolean => text.startsWith('-') && Number(text) !== 0

const lineFaults = (body: UploadFeesInput, line: Line, index: number): Fault[] => {
  const faults: Fault[] = []
  const at = (field: string, name: string, problem: string): void => {
    faults.push({ path: `feedetailList[${index}].${field}`, name, problem })
  }
  if (line.psnNo !== body.psnNo) at('psnNo', '人员编号', '与表头不一致')
  if (line.medType !== body.medType) at('medType', '医疗类别', '与表头不一致')
  if (line.mdtrtId && body.mdtrtId && line.mdtrtId !== body.mdtrtId) at('mdtrtId', '就诊ID', '与表头不一致')
  const reverses = (line.initFeedetlSn ?? '') !== ''
  if (!reverses && (isNegative(line.cnt) || isNegative(line.detItemFeeSumamt))) {
    at('initFeedetlSn', '原费用流水号', '负数量或负金额 (退单) 必须带原费用流水号')
  }
  if (isNegative(line.pric)) at('pric', '单价', '不能为负')
  return faults
}

const listFaults = (lines: readonly Line[]): Fault[] => {
  const faults: Fault[] = []
  const seen = new Map<string, number>()
  const diseases = new Map<string, string>()
  for (const [index, line] of lines.entries()) {
    const before = seen.get(line.feedetlSn)
    if (before === undefined) seen.set(line.feedetlSn, index)
    else {
      const problem = `与 feedetailList[${before}] 重复`
      faults.push({ path: `feedetailList[${index}].feedetlSn`, name: '费用明细流水号', problem })
    }
    const disease = diseases.get(line.chrgBchno)
    if (disease === undefined) diseases.set(line.chrgBchno, line.diseCodg ?? '')
    else if (disease !== (line.diseCodg ?? '')) {
      const problem = '同一收费批次号的病种编码必须一致'
      faults.push({ path: `feedetailList[${index}].diseCodg`, name: '病种编码', problem })
    }
  }
  return faults
}

const headFaults = (body: UploadFeesInput, settings: UploadRuleSettings): Fault[] => {
  const faults: Fault[] = []
  const at = (path: string, name: string, problem: string): void => {
    faults.push({ path, name, problem })
  }
  const inpatient = settings.inpatientPrefixes.some((prefix) => body.medType.startsWith(prefix))
  const fields: Readonly<Record<string, unknown>> = body
  const required = new Set<string>(inpatient ? contextRequired : [])
  for (const [name, wanted] of Object.entries(settings.requiredOverrides)) {
    if (wanted) required.add(name)
    else required.delete(name)
  }
  for (const name of required) {
    const value = fields[name]
    if (value === undefined || value === '')
      at(name, contextNames[name] ?? '', inpatient ? '住院结算时必填' : '该中心要求必填')
  }
  if (isNegative(body.medfeeSumamt)) at('medfeeSumamt', '医疗费总额', '不能为负')
  if ((body.endtime ?? '') !== '' && body.begntime > (body.endtime ?? '')) {
    at('begntime', '开始时间', '不能晚于 endtime 出院时间')
  }
  const place = body.uldLatlnt ?? ''
  if (place !== '' && place !== noPlace && !latLngPattern.test(place)) {
    at('uldLatlnt', '经纬度', '应为 经度,纬度 或 0,0')
  }
  if (body.rxCircFlag === '1' && (body.initRxOrd ?? '') === '') {
    at('initRxOrd', '要续方的原处方流水', '电子处方流转标志为 1 时必填')
  }
  return faults
}

/**
 * Checks an upload that already fits its table. Faults stop it; warnings travel with the answer.
 * The lines must add up to medfeeSumamt in fen; count x price may differ from a line's amount by half a fen.
 */
export const checkUploadRules = (
  body: UploadFeesInput,
  settings: UploadRuleSettings = defaultUploadRules,
): UploadFindings => {
  const faults = [...headFaults(body, settings), ...listFaults(body.feedetailList)]
  const warnings: string[] = []
  if (body.feeType.length > 2) warnings.push('feeType 费用类型: 支付下单 (6202) 只接受 2 个字符')
  const tooLarge = '金额过大'
  let sumFen = 0
  for (const [index, line] of body.feedetailList.entries()) {
    faults.push(...lineFaults(body, line, index))
    const path = `feedetailList[${index}].detItemFeeSumamt`
    const fen = tryParseFen(line.detItemFeeSumamt)
    if (fen === undefined) faults.push({ path, name: '明细项目费用总额', problem: tooLarge })
    else sumFen += fen
    if (differsFromProduct(line.cnt, line.pric, line.detItemFeeSumamt)) {
      warnings.push(`${path} 明细项目费用总额: 与 数量 x 单价 相差超过半分`)
    }
  }
  const totalFen = tryParseFen(body.medfeeSumamt)
  if (totalFen !== sumFen) {
    const problem = totalFen === undefined ? tooLarge : `与明细合计 ${formatFen(sumFen)} 不符`
    faults.push({ path: 'medfeeSumamt', name: '医疗费总额', problem })
  }
  return { faults, warnings }
}
