// Owns the table of the kiosk's endpoints; what each does is handlers.ts, what it answers is contract/local-api/kiosk.ts.
import Type from 'typebox'
import { kioskAlerts, type KioskAlertKind } from '../../../contract/local-api/kiosk.ts'
import { OptionalText, Strict, Text } from '../../../contract/check/fields.ts'
import { BillId } from '../../../contract/his-bills.ts'

const decodeOperationId = Text('解码操作编号', 40)

export const BillsBody = Strict({ decodeOperationId })
export const OrderBody = Strict({ decodeOperationId, billId: BillId })
export const AlertBody = Strict({
  kind: Type.Enum(Object.keys(kioskAlerts) as [KioskAlertKind, ...KioskAlertKind[]], { title: '告警种类' }),
  medOrgOrd: OptionalText('医疗机构订单号', 40),
})
export const StaffBody = Strict({ pin: Type.String({ title: '管理密码', pattern: '^[0-9]{4,12}$' }) })

const order = '/v1/kiosk/orders/:medOrgOrd'

export const kioskRoutes = [
  { name: 'kiosk', method: 'GET', path: '/v1/kiosk', scope: 'decode', summary: '自助机页面的设置' },
  {
    name: 'kioskBills',
    method: 'POST',
    path: '/v1/kiosk/bills',
    scope: 'decode',
    summary: '刚解码的患者在 HIS 的待缴费账单',
    body: BillsBody,
  },
  {
    name: 'kioskStart',
    method: 'POST',
    path: '/v1/kiosk/orders',
    scope: 'pay',
    summary: '锁定一张账单并上传费用明细 (6201)',
    body: OrderBody,
  },
  { name: 'kioskOrder', method: 'GET', path: order, scope: 'pay', summary: '自助机发起的订单, 不含患者信息' },
  {
    name: 'kioskAbandon',
    method: 'POST',
    path: `${order}/abandon`,
    scope: 'pay',
    summary: '患者放弃: 撤销未支付的订单, 解锁账单',
    body: Strict({}),
  },
  {
    name: 'kioskAlert',
    method: 'POST',
    path: '/v1/kiosk/alert',
    scope: 'decode',
    summary: '自助机通知工作人员',
    body: AlertBody,
  },
  {
    name: 'kioskStaff',
    method: 'POST',
    path: '/v1/kiosk/staff',
    scope: 'decode',
    summary: '核对管理密码, 用于退出自助机页面',
    body: StaffBody,
  },
] as const

/** All of them are for the kiosk's own token and its page's sessions: what they show and lock is the machine's own HIS's. */
const kioskNames: ReadonlySet<string> = new Set(kioskRoutes.map(({ name }) => name))
export const isKioskRoute = (name: string): boolean => kioskNames.has(name)

export type KioskRouteName = (typeof kioskRoutes)[number]['name']
