// Owns faults that are planted on purpose, around the real agent: what a careless one would do. They prove that the checker
// sees such an agent; none of it exists in the product.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PortWraps } from '../../../src/main/wiring/port-wraps.ts'
import type { InputOf } from '../../../src/contract/interfaces.ts'
import type { Center, CenterAnswer, Journal } from '../../../src/main/usecases/base/ports.ts'
import type { Fault } from '../agent-order.ts'
import { portsWithBillFault } from './planted-bill-faults.ts'
import { portsWithStrangerFault } from './planted-stranger-faults.ts'

type Send = Center['send']

/** A refund of which no answer came is sent again under a new number. */
const resendRefunds =
  (send: Send): Send =>
  async (code, input) => {
    const answer = await send(code, input)
    if (code !== '6203' || answer.kind !== 'unknown') return answer
    const refund = input as InputOf<'6203'>
    return send(code, { ...refund, appRefdSn: `${refund.appRefdSn}X` })
  }

type Upload = readonly [payOrdId: string, bill: InputOf<'6201'>]

/** A placement of which no answer came is made anew from the upload on, under a new number. `book`: the uploads of earlier lives. */
const chargeAnew = (send: Send, book: string | undefined): Send => {
  const kept = book !== undefined && existsSync(book) ? readFileSync(book, 'utf8').trim().split('\n') : []
  const uploads = new Map(kept.map((line) => JSON.parse(line) as Upload))
  const placeAnew = async (placement: InputOf<'6202'>): Promise<CenterAnswer<'6202'> | undefined> => {
    const bill = uploads.get(placement.payOrdId)
    if (bill === undefined) return undefined
    const medOrgOrd = `${bill.medOrgOrd}X`
    const uploaded = await send('6201', { ...bill, medOrgOrd })
    if (uploaded.kind !== 'accepted') return undefined
    const { payOrdId = '', payToken = '' } = uploaded.output
    // The deposit covers the cash: it is collected without waiting for the payer.
    return send('6202', { ...placement, payOrdId, payToken, orgBizSer: `${placement.orgBizSer}X`, deposit: '9999.00' })
  }
  return async (code, input) => {
    const answer = await send(code, input)
    if (code === '6201' && answer.kind === 'accepted') {
      const { payOrdId = '' } = answer.output as { payOrdId?: string }
      const upload: Upload = [payOrdId, input as InputOf<'6201'>]
      uploads.set(...upload)
      if (book !== undefined) appendFileSync(book, `${JSON.stringify(upload)}\n`)
    }
    if (code === '6202' && answer.kind === 'unknown') await placeAnew(input as InputOf<'6202'>)
    return answer
  }
}

/** What became of a payment is not asked for (6301). */
const neverAsk =
  (send: Send): Send =>
  (code, input) =>
    code === '6301' ? Promise.resolve({ kind: 'unknown', reason: 'not asked' }) : send(code, input)

/** Nobody is told that only a person can tell: without it the end of the day would catch what was never asked. */
const tellNobody = (journal: Journal): Journal => ({
  ...journal,
  file: (order, lists) => {
    journal.file(order, { ...lists, attention: false })
  },
})

/** The ports of an agent with this fault; `folder` is there in its next life again. */
export const portsWithFault = (fault: Fault, folder?: string): PortWraps => {
  switch (fault) {
    case 'resends-refunds':
      return { center: (center) => ({ ...center, send: resendRefunds(center.send) }) }
    case 'charges-anew':
      return { center: (center) => ({ ...center, send: chargeAnew(center.send, folder && join(folder, 'uploads')) }) }
    case 'never-asks':
      return { center: (center) => ({ ...center, send: neverAsk(center.send) }), journal: tellNobody }
    case 'forgets':
      return {}
    case 'frees-early':
    case 'books-unpaid':
    case 'books-nothing':
    case 'keeps-locked':
      return portsWithBillFault(fault)
    default:
      return portsWithStrangerFault(fault)
  }
}

/** Where an agent with this fault keeps its journal: one that forgets has a new one at every start. */
export const folderWithFault = (fault: Fault | undefined, dataDir: string): string =>
  fault === 'forgets' ? join(dataDir, String(process.pid)) : dataDir
