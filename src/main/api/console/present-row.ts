// Owns an order as a row of a list: what the console shows of it, the patient's name masked.
import type { LegsText, OrderRow } from '../../../contract/local-api/console.ts'
import { maskName } from '../../../contract/mask-patient.ts'
import { attentionOf, type AttentionSettings } from '../../../core/domain/words/attention.ts'
import { presentLegs, type Legs } from '../../../core/domain/money/legs.ts'
import type { UploadFacts } from '../../../core/domain/order/entries.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import { isPaid, nextOf, stateOf } from '../../../core/domain/order/order-state.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import type { FoundOrder } from '../../usecases/reading/search-orders.ts'

export const legsText = (legs: Legs): LegsText => presentLegs(legs)

/** What was uploaded last, accepted or not; undefined before any upload. */
export const lastUploadOf = ({ operations }: Order): UploadFacts | undefined => {
  const intent = operations.findLast((operation) => operation.intent.verb === 'upload')?.intent
  return intent?.verb === 'upload' ? intent.facts : undefined
}

export const presentRow = (
  { order, createdMs, updatedMs }: FoundOrder,
  nowMs: number,
  settings: AttentionSettings,
): OrderRow => {
  const upload = lastUploadOf(order)
  return {
    medOrgOrd: order.medOrgOrd,
    payOrdId: order.upload?.payOrdId ?? order.noticedPayOrdId,
    state: stateOf(order),
    ordStas: order.ordStas ?? '',
    paid: isPaid(order),
    next: nextOf(order),
    legs: order.legs === undefined ? null : legsText(order.legs),
    createdAt: shanghaiIso(createdMs),
    updatedAt: shanghaiIso(updatedMs),
    patient: maskName(upload?.userName ?? ''),
    operator: upload?.operator ?? '',
    way: order.way ?? '',
    needsPerson: attentionOf(order, nowMs, settings).length > 0,
  }
}
