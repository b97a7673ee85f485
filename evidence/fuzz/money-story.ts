// Owns one order that is brought to a state by right calls, is called wrongly many times in one way, and is then looked up in the
// simulated center's ledger. What may have happened to it follows from the right calls alone; nothing the agent says of the
// order is believed.
import type { AgentProcess, Answer } from '../../test/fixtures/agent-process.ts'
import { errorTable } from '../../src/core/domain/errors/error-table.ts'
import type { LedgerPicture } from '../../src/sandbox/ledger/ledger.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { bill, moneyCalls, refund, ways, type MoneyCall, type Stage } from './money-calls.ts'
import { sendRequest, type FuzzReply } from './send-request.ts'
import { spoilCall, type Kind, type WrongCall } from './spoil-call.ts'

export type Site = {
  readonly agent: AgentProcess
  /** Tokens that may do everything but read others' orders, or may only read, by their scopes. */
  readonly strangers: readonly [string, ...string[]]
  readonly random: SeededRandom
}

export type Story = {
  readonly sent: number
  readonly faults: readonly string[]
}

/** What a right call is answered with is no refusal, and neither is what only somebody else than the agent can have said. */
const notRefused: ReadonlySet<string> = new Set(['0', 'CENTER_DECLINED', 'DECIDED_NOT_DONE', 'CENTER_UNREACHABLE', 'OUTCOME_UNKNOWN', 'OPERATION_RUNNING', 'OPERATION_QUEUED', 'NOT_DONE', 'INTERNAL']) // prettier-ignore

const isRefusal = (reply: FuzzReply): boolean =>
  reply !== 'hung' && Object.hasOwn(errorTable, reply.code) && !notRefused.has(reply.code)

const rightly = async (answer: Promise<Answer>): Promise<Answer> => {
  const { code, message } = await answer
  if (code !== '0') throw new Error(`a right call was refused: ${code} ${message}`)
  return answer
}

const pauseMs = 100
const paidWithinMs = 30_000

const untilPaid = async ({ call }: AgentProcess, number: string): Promise<void> => {
  const endsMs = performance.now() + paidWithinMs
  while ((await call('GET', `/v1/orders/${number}`)).data['paid'] !== true) {
    if (performance.now() > endsMs) throw new Error(`${number} was not paid in time`)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** By right calls to `stage`; a paid order has 2.00 of its 20.00 cash refunded under the number that padded ones repeat. */
const bringTo = async (stage: Stage, { agent }: Site, number: string): Promise<void> => {
  await rightly(agent.call('POST', '/v1/orders', bill(number)))
  if (stage === 'uploaded') return
  await agent.center('POST', 'scripts', { medOrgOrd: number, split: 'mixed' })
  const placed = await rightly(
    agent.call('POST', `/v1/orders/${number}/placement`, { payAuthNo: 'AUTH0001', mdtrtId: 'MD0001' }),
  )
  await agent.center('POST', `orders/${String(placed.data['payOrdId'])}/payer`, { action: 'pay' })
  await untilPaid(agent, number)
  await rightly(agent.call('POST', `/v1/orders/${number}/refunds`, refund(`R0${number}`, '2.00')))
}

const requestOf = ({ path, contentType, body, length }: WrongCall, host: string, token: string): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `POST ${path} HTTP/1.1`,
        `Host: ${host}`,
        `Authorization: Bearer ${token}`,
        `Content-Type: ${contentType}`,
        `Content-Length: ${length ?? body.length}`,
        'Connection: close',
        '',
        '',
      ].join('\r\n'),
    ),
    body,
  ])

const tokenOf = (kind: Kind, { agent, strangers, random }: Site): string => {
  if (kind === 'stranger') return random.pick(strangers)
  return kind === 'types' && random.chance(0.5) ? random.pick(strangers) : agent.token
}

/** A repeat of a number that paid already, as often as a new one. */
const bodyOf = (call: MoneyCall, kind: Kind, number: string, serial: number, random: SeededRandom) =>
  kind === 'padded' && call.code === '6203' && random.chance(0.5)
    ? refund(`R0${number}`, '2.00')
    : call.body(number, serial)

const shown = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1').replace(/Bearer \S+/, 'Bearer ...').slice(0, 500)) // prettier-ignore

/** What the ledger must say of the order: what the right calls did, once, and under numbers without blanks around them. */
const ledgerFaults = ({ orders }: LedgerPicture, stage: Stage, number: string): string[] => {
  const own = orders.filter(({ medOrgOrd }) => medOrgOrd.includes(number))
  const said = own.map(({ medOrgOrd, ordStas, way, refundedFen, refunds }) =>
    JSON.stringify({
      medOrgOrd,
      ordStas,
      way: way ?? '',
      refundedFen,
      refunds: refunds.map((refund) => refund.appRefdSn),
    }),
  )
  const expected = JSON.stringify({
    medOrgOrd: number,
    ...(stage === 'paid'
      ? { ordStas: '10', way: 'order', refundedFen: 200, refunds: [`R0${number}`] }
      : { ordStas: '0', way: '', refundedFen: 0, refunds: [] }),
  })
  return said.length === 1 && said[0] === expected ? [] : [`${number}: the ledger has ${said.join(' ')}, not ${expected}`] // prettier-ignore
}

const readLedger = async ({ center }: AgentProcess): Promise<LedgerPicture> =>
  (await center('GET', 'ledger')) as unknown as LedgerPicture

/** Throws an Error where the right calls before it do not work: then nothing is shown. */
export const tellStory = async (
  site: Site,
  kind: Kind,
  stage: Stage,
  number: string,
  requests: number,
): Promise<Story> => {
  const { agent, random } = site
  const { host, port } = new URL(agent.url)
  await bringTo(stage, site, number)
  const calls = moneyCalls.filter((call) => call.stage === stage) as [MoneyCall, ...MoneyCall[]]
  const faults: string[] = []
  for (let serial = 1; serial <= requests; serial++) {
    const call = random.pick(calls)
    const way = ways[random.integer(0, ways.length - 1)] ?? 'own'
    const wrong = spoilCall(kind, call, number, bodyOf(call, kind, number, serial, random), way, random)
    const bytes = requestOf(wrong, host, tokenOf(kind, site))
    const reply = await sendRequest(Number(port), { of: call.code, bytes, lacksEnd: false })
    if (!isRefusal(reply)) faults.push(`${kind} ${call.code} ${way}: ${JSON.stringify(reply)} ${shown(bytes)}`)
  }
  faults.push(...ledgerFaults(await readLedger(agent), stage, number).map((fault) => `${kind} ${fault}`))
  const { code } = await agent.call('GET', `/v1/orders/${number}`)
  if (code !== '0') faults.push(`${kind} ${number}: its record is ${code}`)
  return { sent: requests, faults }
}
