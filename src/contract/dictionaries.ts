// Owns the code lists (字典) of the standard's fields, as far as they are public, and finding codes that are in none of them.
// Provinces extend the lists: an unknown code is kept and sent as it is; what becomes of it is a setting (RULES 9.6).
import type { Fault } from './check/check.ts'

/** Code -> meaning. */
export type Dictionary = { readonly title: string; readonly codes: Readonly<Record<string, string>> }

const yesNo = { '0': '否', '1': '是' }

export const dictionaries = {
  psn_cert_type: {
    title: '人员证件类型',
    codes: {
      '01': '居民身份证(户口簿)',
      '02': '中国人民解放军军官证',
      '03': '中国人民武装警察警官证',
      '04': '香港特区护照/港澳居民来往内地通行证',
      '05': '澳门特区护照/港澳居民来往内地通行证',
      '06': '台湾居民来往大陆通行证',
      '07': '外国人永久居留证',
      '08': '外国人护照',
      '09': '残疾人证',
      '10': '军烈属证明',
      '11': '外国人就业证',
      '12': '外国专家证',
      '13': '外国人常驻记者证',
      '14': '台港澳人员就业证',
      '15': '回国(来华)定居专家证',
      '16': '中国护照',
      '17': '港澳台居民居住证',
      '90': '社会保障卡',
      '99': '其他身份证件',
    },
  },
  insutype: {
    title: '险种类型',
    codes: {
      '310': '职工基本医疗保险',
      '320': '公务员医疗补助',
      '330': '大额医疗费用补助',
      '340': '离休人员医疗保障',
      '350': '一至六级残废军人医疗补助',
      '360': '老红军医疗保障',
      '370': '企业补充医疗保险',
      '380': '新型农村合作医疗',
      '390': '城乡居民基本医疗保险',
      '391': '城镇居民基本医疗保险',
      '392': '城乡居民大病医疗保险',
      '399': '其他特殊人群医疗保障',
      '410': '长期照护保险',
      '510': '生育保险',
    },
  },
  med_type: {
    title: '医疗类别',
    codes: {
      '11': '普通门诊',
      '12': '门诊挂号',
      '13': '急诊',
      '14': '门诊慢特病',
      '21': '普通住院',
      '22': '外伤住院',
      '23': '转外诊治住院',
      '24': '急诊转住院',
      '25': '异地住院',
      '26': '单病种住院',
      '27': '自主就医',
      '28': '日间手术',
      '41': '定点药店购药',
      '51': '生育门诊',
      '52': '生育住院',
      '53': '计划生育手术费',
      '91': '其他门诊',
      '92': '其他住院',
      '93': '其他购药',
    },
  },
  feeType: { title: '费用类型', codes: { '01': '门诊', '02': '住院' } },
  mdtrt_cert_type: {
    title: '就诊凭证类型',
    codes: { '00': '无就诊介质', '01': '电子凭证', '02': '居民身份证', '03': '社会保障卡' },
  },
  psn_setlway: { title: '个人结算方式', codes: { '01': '按项目结算', '02': '按定额结算' } },
  acct_used_flag: { title: '个人账户使用标志', codes: yesNo },
  mid_setl_flag: { title: '中途结算标志', codes: yesNo },
  rx_circ_flag: { title: '电子处方流转标志', codes: yesNo },
  pub_hosp_rfom_flag: { title: '公立医院改革标志', codes: yesNo },
  hosp_appr_flag: { title: '医院审批标志', codes: { '0': '无须审批', '1': '审批通过', '2': '审批不通过' } },
  diag_type: { title: '诊断类别', codes: { '1': '西医诊断', '2': '中医主病诊断', '3': '中医主证诊断' } },
  vali_flag: { title: '有效标志', codes: { '0': '无效', '1': '有效' } },
  businessType: {
    title: '用码业务类型',
    codes: {
      '01101': '挂号',
      '01102': '住院建档',
      '01103': '入院登记',
      '01104': '缴纳预缴金',
      '01201': '问诊',
      '01202': '预约检查',
      '01203': '检查',
      '01204': '治疗',
      '01301': '结算',
      '01302': '取药',
      '01303': '取报告',
      '01304': '打印票据和清单',
      '01305': '病历材料复印',
      '02121': '药店购药',
      '02122': '下载外购处方',
      '03131': '医疗类 App 线上身份认证',
      '04106': '线上身份核验业务',
    },
  },
} as const satisfies Record<string, Dictionary>
export type DictionaryName = keyof typeof dictionaries

/** Field of a table -> its list; the same in every interface that has the field. */
export const dictionaryOf: Readonly<Record<string, DictionaryName>> = {
  idType: 'psn_cert_type',
  insutype: 'insutype',
  medType: 'med_type',
  feeType: 'feeType',
  mdtrtCertType: 'mdtrt_cert_type',
  psnSetlway: 'psn_setlway',
  acctUsedFlag: 'acct_used_flag',
  midSetlFlag: 'mid_setl_flag',
  rxCircFlag: 'rx_circ_flag',
  pubHospRfomFlag: 'pub_hosp_rfom_flag',
  hospApprFlag: 'hosp_appr_flag',
  diagType: 'diag_type',
  valiFlag: 'vali_flag',
  businessType: 'businessType',
}

/** Codes of one request that are listed; the count of the others tells enough. */
const atMostListed = 20

const collect = (path: string, value: unknown, found: Fault[]): void => {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${name}]` : `${path}${path === '' ? '' : '.'}${name}`
    if (found.length > atMostListed) return
    if (typeof member === 'object') collect(at, member, found)
    const dictionary = Object.hasOwn(dictionaryOf, name) ? dictionaryOf[name] : undefined
    if (dictionary === undefined || typeof member !== 'string' || member === '') continue
    const { title, codes }: Dictionary = dictionaries[dictionary]
    if (!Object.hasOwn(codes, member)) found.push({ path: at, name: title, problem: '不在字典中的代码' })
  }
}

/** Every code of a checked request that its dictionary does not have, at most 21 of them. */
export const findUnknownCodes = (request: object): readonly Fault[] => {
  const found: Fault[] = []
  collect('', request, found)
  return found
}
