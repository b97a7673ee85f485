// The log of a running agent: what its files say of a call, who may read them, and how support gets from a screen to the line.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { LogAnswer } from '../../src/contract/local-api/log.ts'
import type { LogLine } from '../../src/contract/log-line.ts'
import { act, bill, newNumber, pay, placement, upload, type Fields } from '../support/cashier-job.ts'
import { holdsText } from '../support/find-text.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const read = async (query = ''): Promise<LogAnswer> =>
  (await agent.call('GET', `/v1/log${query}`)).data as unknown as LogAnswer
const linesOf = async (query = ''): Promise<readonly LogLine[]> => (await read(query)).lines

const fileText = (): string => readFileSync(join(agent.dataDir, 'log', 'agent.log'), 'utf8')

it('an upload leaves its outcome and its answer, with one requestId, one operationId and the mark of the order', async () => {
  const medOrgOrd = newNumber('L')
  const reply = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
  const lines = (await linesOf(`?operationId=${String(reply.data['operationId'])}`)).toReversed()
  assert.deepEqual(
    lines.map(({ what, verb, interface: code, outcome, code: answered }) => [
      what,
      verb ?? '',
      code ?? '',
      outcome ?? answered,
    ]),
    [
      ['order.outcome', 'upload', '6201', 'accepted'],
      ['api.answered', '', '', '0'],
    ],
  )
  for (const line of lines) {
    assert.equal(line.requestId, reply.requestId)
    assert.match(line.order ?? '', /^[0-9a-f]{12}$/)
    assert.equal(line.order, lines[0]?.order)
    assert.equal(typeof line.ms, 'number')
  }
  assert.equal(lines[1]?.caller, 'his')
  assert.ok(!fileText().includes(medOrgOrd))
})

it('the answer to every call names its request in body and header, and the request leads to its line', async () => {
  const headers = { authorization: 'Bearer token-of-his', 'content-type': 'application/json' }
  const ask = async (method: string, path: string, body?: string): Promise<string> => {
    const reply = await fetch(`${agent.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
    const { requestId, data } = (await reply.json()) as { requestId?: string; data?: Fields }
    const id = reply.headers.get('x-request-id') ?? ''
    assert.ok(requestId === id || data?.['requestId'] === id || path === '/fsi')
    return id
  }
  for (const [method, path, body, code] of [
    ['POST', '/v1/orders', '{}', 'INVALID_FIELDS'],
    ['POST', '/v1/orders', '{', 'BAD_JSON'],
    ['GET', '/v1/orders/GONE01', undefined, 'ORDER_NOT_FOUND'],
    ['GET', '/v1/nowhere', undefined, 'ROUTE_NOT_FOUND'],
    ['POST', '/call', '{"code":"6301","medOrgOrd":"GONE01"}', 'ORDER_NOT_FOUND'],
    ['POST', '/fsi', '{}', undefined],
  ] as const) {
    const id = await ask(method, path, body)
    const [line] = await linesOf(`?text=${id}`)
    assert.equal(line?.what, 'api.answered', path)
    if (code !== undefined) assert.equal(line.code, code)
  }
})

it('a refusal by the guard has the request of its answer in the log', async () => {
  const reply = await fetch(`${agent.url}/v1/status`, { headers: { origin: 'http://evil.example' } })
  const { requestId } = (await reply.json()) as { requestId: string }
  assert.equal(reply.headers.get('x-request-id'), requestId)
  const [line] = await linesOf(`?text=${requestId}`)
  assert.equal(line?.what, 'api.refused')
})

it('the journal command prints the mark of an order and its lines, also while the agent runs', async () => {
  const medOrgOrd = await upload(agent)
  await act(agent, medOrgOrd, 'placement', placement())
  await read()
  const out = execFileSync(process.execPath, ['scripts/journal.ts', 'lines', medOrgOrd, '--data-dir', agent.dataDir], {
    encoding: 'utf8',
  })
  const [first = '', ...rest] = out.trim().split('\n')
  const mark = /([0-9a-f]{12}), \d+ 行/.exec(first)?.[1]
  const lines = rest.map((line) => JSON.parse(line) as LogLine)
  assert.deepEqual([...new Set(lines.map(({ order }) => order))], [mark])
  const outcomes = lines.filter(({ what }) => what === 'order.outcome').map(({ interface: code }) => code)
  assert.deepEqual(outcomes, ['6201', '6202'])
})

it('the number of an order as a text finds its lines as well', async () => {
  const medOrgOrd = await upload(agent)
  const lines = await linesOf(`?text=${medOrgOrd}`)
  assert.deepEqual(
    lines.map(({ what }) => what),
    ['api.answered', 'order.outcome'],
  )
})

it('the folder is 0700, its files 0600', { skip: process.platform === 'win32' }, async () => {
  await read()
  const folder = join(agent.dataDir, 'log')
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
})

it('nothing that a caller, the center or a person wrote is in the log, at debug either', async (t) => {
  const own = await startTestAgent()
  t.after(own.close)
  const [name, idNo, number] = ['测试乙', '11010119900307999X', newNumber('L')]
  await own.call('POST', '/v1/log/level', { level: 'debug' })
  await own.center.script(number, { interface: '6201', decline: { code: '-12', message: `${name} ${idNo}` } })
  assert.equal((await own.call('POST', '/v1/orders', bill(number))).code, 'CENTER_DECLINED')
  const paid = await pay(own, 'insurance')
  await own.call('POST', '/v1/orders', { [name]: idNo, medOrgOrd: name })
  await own.call('GET', `/v1/orders/${encodeURIComponent(name)}?${encodeURIComponent(name)}=${idNo}`)
  await own.call('GET', `/v1/${encodeURIComponent(idNo)}`)
  await own.call('GET', '/v1/status', undefined, idNo)
  await own.call('POST', `/v1/orders/${paid}/booking`, { success: false, remark: name })
  await own.call('POST', '/call', { code: '6301', token: 'token-of-his', medOrgOrd: idNo, [name]: name })
  await own.call('POST', '/v1/vouchers/decode', { operatorName: name, code: idNo })
  await own.call('GET', '/v1/log')
  const text = readFileSync(join(own.dataDir, 'log', 'agent.log'))
  assert.ok(text.includes('"refusalCode":"-12"'))
  for (const secret of [name, idNo, number, paid, 'token-of-his']) {
    assert.ok(!holdsText(text, secret), secret)
    assert.ok(!own.logged.some((line) => line.includes(secret)), `${secret} on stderr`)
  }
})

describe('GET /v1/log', () => {
  it('gives the newest lines first, from a level on, with a text', async () => {
    await pay(agent, 'insurance')
    const all = await linesOf()
    const moments = all.map(({ at }) => at)
    assert.deepEqual(moments, moments.toSorted().toReversed())
    assert.ok(all.length > 5)
    const started = await linesOf('?text=agent.started')
    assert.deepEqual(
      started.map(({ what }) => what),
      ['agent.started'],
    )
    assert.ok((await linesOf('?level=warn')).every(({ level }) => level === 'warn' || level === 'error'))
  })

  it('is an administrator’s, of the machine’s own institution', async () => {
    assert.equal((await agent.call('GET', '/v1/log', undefined, 'window')).code, 'SCOPE_MISSING')
    assert.equal((await agent.call('GET', '/v1/log', undefined, 'other-hospital')).code, 'OTHER_INSTITUTION')
    assert.equal((await agent.call('POST', '/v1/log/level', { level: 'debug' }, 'window')).code, 'SCOPE_MISSING')
  })

  it('takes no name as a filter: it would stand in an address', async () => {
    assert.equal((await agent.call('GET', `/v1/log?text=${encodeURIComponent('测试甲')}`)).code, 'INVALID_FIELDS')
  })
})

it('at debug for an hour the steps of an order are there too; a restart ends it', async () => {
  const marks = async (): Promise<boolean> => (await linesOf('?text=order.begun')).length > 0
  await upload(agent)
  assert.equal(await marks(), false)
  const raised = (await agent.call('POST', '/v1/log/level', { level: 'debug' })).data as unknown as LogAnswer
  assert.equal(raised.level, 'debug')
  const inMs = Date.parse(raised.until) - Date.now()
  assert.ok(inMs > 3_590_000 && inMs <= 3_600_000)
  await upload(agent)
  assert.equal(await marks(), true)
  const [told] = await linesOf('?text=log.level')
  assert.deepEqual([told?.level, told?.to, told?.caller], ['warn', 'debug', 'his'])
  await agent.stop()
  await agent.start()
  assert.deepEqual([(await read()).level, (await read()).until], ['info', ''])
})
