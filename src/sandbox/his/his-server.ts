// Owns the sockets of the HIS stub: token, addresses and bodies of contract/his-bills.ts, and `/_his/` for tests and people.
// The bills are bill-ledger.ts, the faults his-faults.ts.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { createCheck, faultText } from '../../contract/check/check.ts'
import { hisInterfaces, type BookRequest, type BillsRequest, type HisInterface } from '../../contract/his-bills.ts'
import { BillRefused, createBillLedger, type BillPicture } from './bill-ledger.ts'
import { createHisFaults } from './his-faults.ts'
import { inventBills, type InventedBill } from './invented-bills.ts'

const host = '127.0.0.1'
const maxBodyBytes = 64 * 1024

export type SandboxHisOptions = {
  readonly token: string
  /** 0 takes a free one. */
  readonly port?: number
  /** Told of every bill before it is listed for the first time. */
  readonly onInvented?: (bill: InventedBill) => Promise<void>
  /** Told of every bill that was let go, before that is answered. */
  readonly onUnlocked?: (medOrgOrd: string) => Promise<void>
}

export type SandboxHis = {
  readonly url: string
  readonly bills: () => readonly BillPicture[]
  /** How many calls of an interface arrived. */
  readonly calls: (name: HisInterface) => number
  readonly close: () => Promise<void>
}

type Reply = { readonly status: number; readonly value?: unknown }

const names = Object.keys(hisInterfaces) as HisInterface[]
const checks = Object.fromEntries(
  names.map((name) => [name, createCheck<Record<string, string>>(hisInterfaces[name].request)]),
)

const actions = new Map<string, HisInterface>([
  ['lock', 'lockBill'],
  ['book', 'bookBill'],
  ['unlock', 'unlockBill'],
])

const routeOf = (path: string): { readonly name: HisInterface; readonly billId: string } | undefined => {
  if (path === '/bills') return { name: 'listBills', billId: '' }
  const [, billId = '', action = ''] = /^\/bills\/([^/]+)\/([a-z]+)$/.exec(path) ?? []
  const name = actions.get(action)
  return name === undefined ? undefined : { name, billId }
}

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > maxBodyBytes) return undefined
    parts.push(part)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

/** Starts the stub on 127.0.0.1. Rejects when the port is taken. */
export const startSandboxHis = async ({
  token,
  port = 0,
  onInvented = () => Promise.resolve(),
  onUnlocked = () => Promise.resolve(),
}: SandboxHisOptions): Promise<SandboxHis> => {
  const ledger = createBillLedger(async (request) => {
    const bills = inventBills(request, Date.now())
    for (const bill of bills) await onInvented(bill)
    return bills
  })
  const faults = createHisFaults()
  const counts = new Map<HisInterface, number>()

  const act = async (name: HisInterface, billId: string, body: Record<string, string>): Promise<unknown> => {
    const { medOrgOrd = '' } = body
    switch (name) {
      case 'listBills':
        return { bills: await ledger.list(body as BillsRequest) }
      case 'lockBill':
        ledger.lock(billId, medOrgOrd)
        return { billId }
      case 'bookBill':
        return { billId, ...ledger.book(billId, body as BookRequest) }
      case 'unlockBill':
        ledger.unlock(billId, medOrgOrd)
        await onUnlocked(medOrgOrd)
        return { billId }
    }
  }

  const actOrRefuse = async (name: HisInterface, billId: string, body: Record<string, string>): Promise<Reply> => {
    try {
      return { status: 200, value: await act(name, billId, body) }
    } catch (error) {
      if (!(error instanceof BillRefused)) throw error
      const { code, message } = error
      return { status: code === 'BILL_NOT_FOUND' ? 404 : 409, value: { code, message } }
    }
  }

  const answerBill = async (
    { name, billId }: { readonly name: HisInterface; readonly billId: string },
    request: IncomingMessage,
  ): Promise<Reply | 'drop'> => {
    counts.set(name, (counts.get(name) ?? 0) + 1)
    if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, value: { error: '令牌不对' } }
    const { value: body, faults: problems = [] } = checks[name]?.(await readBody(request)) ?? {}
    if (body === undefined || problems.length > 0) {
      return { status: 400, value: { error: problems.map(faultText).join('; ') } }
    }
    const fault = faults.take(name)
    if (fault?.slowMs !== undefined) await wait(fault.slowMs)
    if (fault?.refuse !== undefined) return { status: 409, value: { code: fault.refuse, message: '沙箱设定的拒绝' } }
    if (fault?.status !== undefined && fault.acted !== true) return { status: fault.status }
    const reply = await actOrRefuse(name, billId, body)
    if (fault?.lostReply === true) return 'drop'
    return fault?.status === undefined ? reply : { status: fault.status }
  }

  const answerControl = async (request: IncomingMessage, path: string): Promise<Reply> => {
    if (path === '/_his/bills') return { status: 200, value: { bills: ledger.picture() } }
    if (path !== '/_his/faults' || request.method !== 'POST') return { status: 404, value: { error: '没有这个地址' } }
    return faults.add(await readBody(request))
      ? { status: 200, value: {} }
      : { status: 422, value: { error: '内容有误' } }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', `http://${host}`)
    const route = request.method === 'POST' ? routeOf(pathname) : undefined
    const reply = route === undefined ? await answerControl(request, pathname) : await answerBill(route, request)
    if (reply === 'drop') {
      request.socket.destroy()
      return
    }
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8' })
    response.end(reply.value === undefined ? '' : JSON.stringify(reply.value))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A client that went away is no news.
      if (request.errored === null) process.stderr.write(`sandbox HIS: ${String(error)}\n`)
      request.socket.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    bills: ledger.picture,
    calls: (name) => counts.get(name) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
