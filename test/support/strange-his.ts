// A HIS of its own for tests whose bills lie at the limits: it lists what it is given, and locks, books and unlocks anything.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ExtraFields } from '../../src/contract/extra-fields.ts'
import { billCheckOf, type BillsRequest, type HisBill } from '../../src/contract/his-bills.ts'

export type StrangeHis = { readonly url: string; readonly close: () => Promise<void> }

/** Bills in place of those that the simulated HIS invents, on a free port of 127.0.0.1; `extra`: with a province's fields. */
export const startStrangeHis = async (
  listBills: (request: BillsRequest) => readonly HisBill[],
  extra: ExtraFields = {},
): Promise<StrangeHis> => {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [, billId = ''] = /^\/bills\/([^/]+)\//.exec(request.url ?? '') ?? []
      const bills = billId === '' ? listBills(JSON.parse(body) as BillsRequest) : []
      const faults = bills.flatMap((bill) => billCheckOf(extra)(structuredClone(bill)).faults)
      if (faults.length > 0) throw new Error(JSON.stringify(faults))
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(billId === '' ? { bills } : { billId, receiptNo: `R-${billId}` }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
