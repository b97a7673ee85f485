// Owns the unpaid bills that the HIS stub has for whoever asks: every patient of the simulated library is invented, so each
// gets the same three, under numbers of his own. What becomes of them is bill-ledger.ts.
import { createHash } from 'node:crypto'
import type { BillsRequest } from '../../contract/his-bills.ts'
import { formatYuan } from '../ledger/fen.ts'
import { formatMoment } from '../shanghai-time.ts'

export type InventedBill = {
  readonly billId: string
  readonly medOrgOrd: string
  readonly title: string
  readonly department: string
  readonly amountFen: number
  /** How the simulated center splits it; undefined: its default, with cash. */
  readonly split: 'insurance' | undefined
  /** The 6201 body but for the patient. */
  readonly upload: Readonly<Record<string, unknown>>
}

type Kind = Pick<InventedBill, 'title' | 'department' | 'split'> & {
  readonly lines: number
  readonly lineFen: number
  readonly lineName: string
}

const kinds: readonly Kind[] = [
  { title: '门诊处方', department: '测试内科', split: undefined, lines: 4, lineFen: 3_215, lineName: '测试药品' },
  {
    title: '检验检查',
    department: '测试检验科',
    split: undefined,
    lines: 40,
    lineFen: 1_235,
    lineName: '测试检验项目',
  },
  { title: '诊查费', department: '测试内科', split: 'insurance', lines: 1, lineFen: 1_200, lineName: '测试诊查费' },
]

const inventUpload = (number: string, at: string, { department, lines, lineFen, lineName }: Kind) => {
  const visit = { psnNo: `P${number}`, chrgBchno: `B${number}`, diseCodg: '', medType: '11' }
  const doctor = { diseDorNo: 'DR0001', diseDorName: '测试医师', diagDept: 'D01', diagTime: at }
  return {
    ...visit,
    insutype: '310',
    medOrgOrd: `KS${number}`,
    begntime: at,
    iptOtpNo: `OP${number}`,
    deptName: department,
    caty: 'A03',
    mdtrtId: `MD${number}`,
    feeType: '01',
    medfeeSumamt: formatYuan(lines * lineFen),
    acctUsedFlag: '1',
    psnSetlway: '01',
    pubHospRfomFlag: '1',
    diseinfoList: [
      { diagType: '1', diagSrtNo: '1', diagCode: 'J00', diagName: '急性鼻咽炎', valiFlag: '1', ...doctor },
    ],
    feedetailList: Array.from({ length: lines }, (_, index) => ({
      ...visit,
      feedetlSn: `${number}-${index + 1}`,
      rxCircFlag: '0',
      feeOcurTime: at,
      medListCodg: 'XA01ABD075A002010100483',
      medinsListCodg: `HIS-${index + 1}`,
      detItemFeeSumamt: formatYuan(lineFen),
      cnt: '1',
      pric: formatYuan(lineFen),
      bilgDeptCodg: 'D01',
      bilgDeptName: department,
      bilgDrCodg: 'DR0001',
      bilgDrName: '测试医师',
      hospApprFlag: '0',
      medListName: lines === 1 ? lineName : `${lineName}${index + 1}`,
      medListSpc: '1 次',
    })),
  }
}

/** The same patient gets the same bills; `atMs`: when the fees came about, milliseconds since the epoch. */
export const inventBills = ({ idNo, psnName }: BillsRequest, atMs: number): readonly InventedBill[] => {
  const patient = createHash('sha256').update(`${idNo}:${psnName}`).digest('hex').slice(0, 12).toUpperCase()
  const at = formatMoment(atMs).slice(0, 19)
  return kinds.map((kind, index) => {
    const number = `${patient}${index + 1}`
    const { title, department, split, lines, lineFen } = kind
    const upload = inventUpload(number, at, kind)
    return {
      billId: `BILL${number}`,
      medOrgOrd: upload.medOrgOrd,
      title,
      department,
      amountFen: lines * lineFen,
      split,
      upload,
    }
  })
}
