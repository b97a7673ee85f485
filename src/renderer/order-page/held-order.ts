// Owns an order whose 6202 got no answer and that the center holds for its payer (RULES 3.5): how a page knows it, and what the
// patient reads. What is left to pay only his phone shows.

export type HeldMarks = {
  readonly state: string
  readonly ordStas: string
  readonly legs: object | null
  /** The way to pay: order, bankCard, cashier. */
  readonly way: string
}

export const isHeld = ({ state, ordStas, legs, way }: HeldMarks): boolean =>
  state === 'pending' && way === 'order' && ordStas === '2' && legs === null

export type HeldTexts = {
  readonly checkPhone: string
  /** `time`: since when, as hh:mm. */
  readonly heldSince: (time: string) => string
  readonly onPhone: string
}

export const heldTexts: { readonly zh: HeldTexts; readonly en: HeldTexts } = {
  zh: {
    checkPhone: '请看手机，付清余下的金额',
    heldSince: (time) => `医保中心 ${time} 起已在等您付款，还要付多少请看手机。手机上显示已付的，请稍候。`,
    onPhone: '见手机',
  },
  en: {
    checkPhone: 'Look at your phone and pay what is left',
    heldSince: (time) =>
      `The insurance center has been waiting for your payment since ${time}. Your phone shows what is left to pay. If it says paid, please wait.`,
    onPhone: 'see your phone',
  },
}

/** '2026-11-30T12:05:00+08:00' as '12:05'. */
export const clockTimeOf = (at: string): string => at.slice(11, 16)
