// Owns an invented bill: a valid 6201 body for a patient who does not exist. Used by the demonstration, tests and benches.

export type InventedBill = {
  readonly medOrgOrd: string
  readonly lines: number
  /** Price of each line, fen. */
  readonly lineFen: number
  /** Also every optional text field of a line, for measurements with full bodies. */
  readonly full?: boolean
}

const yuan = (fen: number): string => (fen / 100).toFixed(2)

const optionalLine = (index: number): Readonly<Record<string, string>> => ({
  mdtrtId: 'MD0001',
  rxno: `RX${index}`,
  sinDosDscr: '每次一片',
  usedFrquDscr: '每日三次',
  prdDays: '3',
  medcWayDscr: '口服',
  acordDeptCodg: 'D02',
  acordDeptName: '药剂科',
  ordersDrCode: 'DR0002',
  ordersDrName: '测试药师',
  tcmdrugUsedWay: '1',
  etipFlag: '0',
  etipHospCode: 'H0',
  dscgTkdrugFlag: '0',
  matnFeeFlag: '0',
  drordNo: `O${index}`,
  memo: '测试明细备注',
  expContent: '扩展内容',
  combNo: '1',
})

/** The caller's fields of table 3; without those that the agent takes from the decode (idNo, userName, ecToken...). */
export const inventBill = ({ medOrgOrd, lines, lineFen, full = false }: InventedBill): Record<string, unknown> => ({
  psnNo: 'P0000001',
  insutype: '310',
  medOrgOrd,
  begntime: '2026-11-20 08:30:00',
  iptOtpNo: `OP${medOrgOrd}`,
  deptName: '测试内科',
  caty: 'A03',
  ...(full ? { mdtrtId: 'MD0001', mainCondDscr: '测试病情描述', drName: '测试医师', atddrNo: 'DR0001' } : {}),
  medType: '11',
  feeType: '01',
  medfeeSumamt: yuan(lines * lineFen),
  acctUsedFlag: '1',
  diseCodg: '',
  psnSetlway: '01',
  chrgBchno: `B${medOrgOrd}`,
  pubHospRfomFlag: '1',
  diseinfoList: [
    {
      diagType: '1',
      diagSrtNo: '1',
      diagCode: 'J00',
      diagName: '急性鼻咽炎',
      diagDept: 'D01',
      diseDorNo: 'DR0001',
      diseDorName: '测试医师',
      diagTime: '2026-11-20 08:40:00',
      valiFlag: '1',
    },
  ],
  feedetailList: Array.from({ length: lines }, (_, index) => ({
    feedetlSn: `${medOrgOrd}-${index + 1}`,
    psnNo: 'P0000001',
    chrgBchno: `B${medOrgOrd}`,
    diseCodg: '',
    rxCircFlag: '0',
    feeOcurTime: '2026-11-20 08:45:00',
    medListCodg: 'XA01ABD075A002010100483',
    medinsListCodg: `HIS-${index + 1}`,
    detItemFeeSumamt: yuan(lineFen),
    cnt: '1',
    pric: yuan(lineFen),
    bilgDeptCodg: 'D01',
    bilgDeptName: '测试内科',
    bilgDrCodg: 'DR0001',
    bilgDrName: '测试医师',
    hospApprFlag: '0',
    medType: '11',
    medListName: '测试药品',
    medListSpc: '0.25g*24片',
    ...(full ? optionalLine(index) : {}),
  })),
})

/** The fields of 6201 that otherwise come from the decode; the id number fails its check digit. */
export const inventedPatient = {
  idNo: '110101199003070000',
  userName: '测试甲',
  idType: '01',
  ecToken: 'EC0000000000000000000000000000000001',
} as const

/** The caller's fields of table 1. */
export const decodeFields = {
  businessType: '01301',
  operatorId: 'OP01',
  operatorName: '测试收费员',
  officeId: 'D01',
  officeName: '收费处',
} as const
