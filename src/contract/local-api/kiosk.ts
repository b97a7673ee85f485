// Owns what the kiosk's page sends and is answered (`data` of the answer; `environment` stands beside it as in every answer).
// What the agent asks the HIS is ../his-bills.ts. Money is a decimal string in yuan, times are ISO 8601 with +08:00.

/** The ways to pay that an installation offers: 6202, the 收银台, 6205. */
export type KioskWay = 'order' | 'cashier' | 'bankCard'

/** `GET /v1/kiosk`, scope decode: what the page must know of its installation. */
export type KioskView = {
  readonly institutionName: string
  readonly terminalNo: string
  /** `library`: POST /v1/vouchers/decode opens the vendor's own scan window, so only on the patient's tap. `agent`: it may
   * be asked for as soon as the page shows 请出示医保码. The body of a kiosk's decode is {}, or {code} of a scanner that types
   * into the page (键盘口), which only `agent` leaves to the page. */
  readonly scannerOwner: 'library' | 'agent'
  /** The agent drives a scanner that this page may wait for; without one there is only what a scanner types. */
  readonly hasScanner: boolean
  /** Without a touch for so long, the page gives up, abandons the order and wipes itself. */
  readonly idleSeconds: number
  /** In the order to be shown; never empty. */
  readonly ways: readonly KioskWay[]
  /** The QR for the patient's phone that authorises the payment; `{medOrgOrd}` and `{payOrdId}` are to be replaced by the
   * order's, each through encodeURIComponent. "" when the hospital has none: then 6202 is not in `ways`. */
  readonly h5UrlTemplate: string
  /** Whether the page may speak. */
  readonly voice: boolean
  readonly environment: 'sandbox' | 'test' | 'production'
}

/** `POST /v1/kiosk/bills`, scope decode. */
export type KioskBillsBody = {
  /** `operationId` of this token's own successful decode. */
  readonly decodeOperationId: string
}

export type KioskBillLine = {
  readonly name: string
  /** 规格; "" when the HIS gives none. */
  readonly specification: string
  /** Up to 4 decimals. */
  readonly count: string
  /** Up to 6 decimals. */
  readonly price: string
  readonly amount: string
}

export type KioskBill = {
  readonly billId: string
  /** What the patient recognises it by, such as 门诊处方. */
  readonly title: string
  readonly department: string
  readonly amount: string
  /** When the fees came about. */
  readonly time: string
  /** False: nothing to pay, or being paid elsewhere (another window, another kiosk); shown, and cannot be chosen. True also when it is held by
   * the order this bill was started with before: choosing it goes on with that order. */
  readonly payable: boolean
  /** The order that this bill is or will be paid by. */
  readonly medOrgOrd: string
  /** 医疗类别 by its code (med_type); "" when the HIS gives none. */
  readonly medType: string
  /** 诊断, by name. */
  readonly diagnoses: readonly string[]
  /** 病种, where it is paid for as one; else "". */
  readonly disease: string
  readonly lines: readonly KioskBillLine[]
}

/** Answer of `POST /v1/kiosk/bills`. No id number, and the name masked: 测*甲. */
export type KioskBillsView = {
  readonly patient: { readonly name: string }
  readonly bills: readonly KioskBill[]
}

/** `POST /v1/kiosk/orders`, scope pay. The same bill again answers with the same order, however often it is tapped. */
export type KioskOrderBody = {
  readonly decodeOperationId: string
  readonly billId: string
}

/** 各方金额, as every answer about an order has them. */
export type KioskLegs = {
  /** 费用总额 */
  readonly feeSumamt: string
  /** 医保基金支付 */
  readonly fundPay: string
  /** 个人账户支付 */
  readonly psnAcctPay: string
  /** 现金支付 */
  readonly ownPayAmt: string
  /** 其他抵扣金额 */
  readonly othFeeAmt: string
  /** 住院押金抵扣 */
  readonly deposit: string
}

/** Where the agent is with the HIS. `waiting`: nothing to book yet. `booking`: settled, the HIS is being told. `booked`: done,
 * with the HIS's receipt number. `failed`: settled and not booked, staff is told; the patient goes to the window.
 * `released`: ended unpaid, the bill may be paid elsewhere. */
export type KioskBooking = 'waiting' | 'booking' | 'booked' | 'failed' | 'released'

/**
 * `POST /v1/kiosk/orders` (beside the fields of an upload's answer), `GET /v1/kiosk/orders/{medOrgOrd}` and
 * `POST /v1/kiosk/orders/{medOrgOrd}/abandon` (body {}), scope pay. After the first, the ordinary endpoints serve:
 * `/v1/orders/{medOrgOrd}/authorization`, `/placement`, `/bank-placement`, `/cashier-url` (body {payOrdId},
 * which says which upload of the bill is meant).
 */
export type KioskOrderView = {
  readonly medOrgOrd: string
  readonly billId: string
  readonly payOrdId: string
  /** docs/api.md. */
  readonly state: string
  readonly ordStas: string
  /** True only when insurance and cash are settled. */
  readonly paid: boolean
  /** upload, authorize, place, payCash, wait, book, refundCash, none, person. */
  readonly next: string
  /** null until the center has said them. */
  readonly legs: KioskLegs | null
  /** When the center was asked to collect, ISO 8601; '' before. */
  readonly placedAt: string
  /** What the patient still pays, the deposit taken off, "0.00" when nothing; it is due only while state is cashPending. '' where only a
   * person can tell (RULES 4.9). */
  readonly cashDue: string
  /** What of a deposit was not used: the hospital returns it itself. */
  readonly depositExcess: string
  /** Whether an authorisation from the patient's phone has arrived and waits to be used by the placement. */
  readonly authorized: boolean
  readonly booking: KioskBooking
  /** The HIS's receipt number once booked, else "". */
  readonly receiptNo: string
}

/** What staff can be alerted of. The text is the agent's own: nothing that a patient types gets there. */
export const kioskAlerts = {
  help: '患者请求帮助',
  scanner: '扫码失败, 请检查扫码设备',
  bills: '无法取得待缴费用',
  payment: '支付未完成, 请协助患者',
  unclear: '支付结果不明, 请核实订单后再处理',
  printer: '凭条打印失败',
  offline: '自助机与助手失去联系后恢复',
  page: '自助机页面故障',
} as const
export type KioskAlertKind = keyof typeof kioskAlerts

/** `POST /v1/kiosk/alert`, scope decode; answered with {}. */
export type KioskAlertBody = {
  readonly kind: KioskAlertKind
  /** The order it is about. */
  readonly medOrgOrd?: string
}

/** The event `kiosk` of `GET /v1/events`, for the console. */
export type KioskAlertEvent = {
  readonly type: 'kiosk'
  readonly orgCodg: string
  readonly terminalNo: string
  readonly kind: KioskAlertKind
  readonly text: string
  /** "" when it is about none. */
  readonly medOrgOrd: string
}

/**
 * `POST /v1/kiosk/staff`, scope decode; answered with {} when it is right. A wrong one is STAFF_KEY_WRONG, later each time;
 * while one is held, RATE_LIMITED with `retryAfterS`.
 */
export type KioskStaffBody = {
  /** 4 to 12 digits. */
  readonly pin: string
}
