// Owns what an answer of 6301 adds to an order: its status where it can be true, its amounts, its time (RULES 4.2, 4.8, 8.4). Pure.
import { lateRefund } from './asked-refund.ts'
import { compareStatus } from '../order/center-status.ts'
import { readCenterTime } from '../time/center-time.ts'
import { readLegs, tellsDeposit, type Legs } from '../money/legs.ts'
import { atStatus, mayBeDone, textIn, withExplanation, withReason, type Output } from './move-order.ts'
import { beganMs, doubtedRefund, hasNoCash, statusIn, statusWentBack, type Order } from '../order/order.ts'

/** True when what the HIS has booked is not what 6301 tells now: of cash that went back only the rest may be told. */
const isChanged = (booked: Legs, current: Legs, isOver: boolean): boolean => {
  const isInsurance = booked.fundPayFen === current.fundPayFen && booked.psnAcctPayFen === current.psnAcctPayFen
  return isOver ? !isInsurance : JSON.stringify(booked) !== JSON.stringify(current)
}

/** What 6301 says of the amounts. Once money went back it may tell what is left: the settlement stays what it was. */
const withAmounts = (before: Order, after: Order, output: Output): Order => {
  const read = readLegs(output, before.legs)
  if (read === undefined) return after
  const booked = before.booking?.success === true && before.settledMs !== undefined ? before.legs : undefined
  const isOver = after.ordStas !== '6' && before.settledMs !== undefined
  const isInsuranceHeld = after.ordStas === '6' || after.ordStas === '9' || after.ordStas === '10'
  const differs = booked !== undefined && isInsuranceHeld && isChanged(booked, read, isOver)
  const isDepositTold = before.isDepositTold || (!isOver && tellsDeposit(output))
  const legs = isOver ? (before.legs ?? read) : read
  return { ...withReason(after, differs ? 'amounts-changed' : undefined), legs, isDepositTold, settlement: output }
}

export const applyObservation = (before: Order, output: Output): Order => {
  const status = statusIn(output)
  const answered = { ...before, told: output }
  switch (compareStatus(before.firmStas, status, hasNoCash(before))) {
    case 'back':
      return withReason(answered, doubtedRefund(answered) === undefined ? statusWentBack : undefined)
    case 'less':
      return withReason(answered, 'half-done-went-back')
    case 'on': {
      const observed = withAmounts(before, atStatus(answered, status, output), output)
      const late = lateRefund(observed)
      const refunds = [...before.operations.filter(mayBeDone), ...(late === undefined ? [] : [late])]
      return withExplanation(before, observed, refunds)
    }
  }
}

export const withDate = (order: Order, atMs: number): Order => {
  if (order.dated !== undefined || order.settlement === undefined) return order
  if (order.insurance !== 'settled' && order.insurance !== 'returned') return order
  const datedMs = readCenterTime(textIn(order.settlement['traceTime']), { beganMs: beganMs(order), knownMs: atMs })
  return datedMs === undefined ? order : { ...order, dated: { output: order.settlement, atMs: datedMs } }
}
