// Owns the bodies that a try starts from: an invented patient's bill of 100.00 yuan, as the guide uses it. Every other body
// starts empty.

const person = { psnNo: 'P0000001', chrgBchno: 'B-A0001', medType: '11' }

const bill = {
  medOrgOrd: 'A0001',
  decodeOperationId: '解码应答里的 operationId',
  operator: 'OP01',
  ...person,
  insutype: '310',
  begntime: '2026-11-20 08:30:00',
  iptOtpNo: 'OP-A0001',
  deptName: '测试内科',
  caty: 'A03',
  mdtrtId: 'MD0001',
  feeType: '01',
  medfeeSumamt: '100.00',
  acctUsedFlag: '1',
  diseCodg: '',
  psnSetlway: '01',
  pubHospRfomFlag: '1',
  diseinfoList: [
    {
      ...{ diagType: '1', diagSrtNo: '1', diagCode: 'J00', diagName: '急性鼻咽炎', diagDept: 'D01', valiFlag: '1' },
      ...{ diseDorNo: 'DR0001', diseDorName: '测试医师', diagTime: '2026-11-20 08:40:00' },
    },
  ],
  feedetailList: [
    {
      ...{ feedetlSn: 'A0001-1', ...person, rxCircFlag: '0', feeOcurTime: '2026-11-20 08:45:00', hospApprFlag: '0' },
      ...{ medListCodg: 'XA01ABD075A002010100483', medinsListCodg: 'HIS-1', cnt: '2', pric: '50.00' },
      ...{ detItemFeeSumamt: '100.00', bilgDeptCodg: 'D01', bilgDeptName: '测试内科', bilgDrCodg: 'DR0001' },
      ...{ bilgDrName: '测试医师', medListName: '测试药品', medListSpc: '0.25g*24片' },
    },
  ],
}

const decode = {
  ...{ code: '28010001', businessType: '01301', operatorId: 'OP01', operatorName: '收费员' },
  ...{ officeId: 'D01', officeName: '收费处' },
}

const refund = {
  ...{ appRefdSn: 'R-A0001', refdType: 'ALL', totlRefdAmt: '100.00', fundRefdAmt: '60.00' },
  ...{ psnAcctRefdAmt: '20.00', cashRefdAmt: '20.00' },
}

const number = { medOrgOrd: 'A0001' }

/** By operationId of the document. */
const bodies: Readonly<Record<string, object>> = {
  decode,
  upload: bill,
  authorization: { payAuthNo: 'AUTH0001' },
  placement: { mdtrtId: 'MD0001' },
  refunds: refund,
  booking: { success: true },
  'call-6101': decode,
  'call-6201': bill,
  'call-authorization': { ...number, payAuthNo: 'AUTH0001' },
  'call-6202': { ...number, mdtrtId: 'MD0001' },
  'call-6203': { ...number, ...refund },
  'call-6301': number,
  'call-6401': number,
  'call-booking': { ...number, success: true },
  'call-operation': { operationId: '', wait: 20 },
  'call-ticket': number,
  call: { code: '6301', data: number },
  fsi: { infno: '6301', opter: 'OP01', opter_name: '收费员', input: { data: number } },
}

export const exampleBody = (operationId: string): string => JSON.stringify(bodies[operationId] ?? {}, undefined, 2)
