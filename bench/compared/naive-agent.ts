// A program: the agent one would write in an afternoon, as a yardstick. sm-crypto, axios with its defaults, one SQLite
// commit per step, plain JSON, no validation, no encryption at rest. It does less than the agent and is not meant for use.
import axios from 'axios'
import Database from 'better-sqlite3'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { smCrypto } from './sm-crypto.ts'

export type NaiveOptions = {
  readonly centerUrl: string
  readonly path: string
  readonly databaseFile: string
  readonly appId: string
  readonly appSecret: string
  readonly sm4KeyHex: string
  readonly privateKeyHex: string
  readonly publicKeyHex: string
  readonly centerPublicKeyHex: string
  readonly orgCodg: string
}

const userId = '1234567812345678'

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** Keys sorted and empties left out, for JSON.stringify. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, member]) => !isEmpty(member))
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, member]) => [key, sorted(member)]),
  )
}

const signText = (fields: Record<string, unknown>, data: unknown, appSecret: string): string => {
  const all: Record<string, unknown> = { ...fields, data: JSON.stringify(sorted(data)) }
  for (const name of ['signData', 'encData', 'extra']) delete all[name]
  const pairs = Object.keys(all)
    .sort()
    .map((name) => `${name}=${String(all[name])}`)
  return `${pairs.join('&')}&key=${appSecret}`
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  request.setEncoding('utf8')
  for await (const part of request) text += String(part)
  return text
}

const openSteps = (databaseFile: string) => {
  const database = new Database(databaseFile)
  // Its defaults would be a rollback journal, four times slower: the yardstick is given the faster one.
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec('CREATE TABLE steps (id INTEGER PRIMARY KEY, medOrgOrd TEXT, step TEXT, body TEXT)')
  const insert = database.prepare('INSERT INTO steps (medOrgOrd, step, body) VALUES (?, ?, ?)')
  return (medOrgOrd: string, step: string, body: unknown): void => {
    insert.run(medOrgOrd, step, JSON.stringify(body))
  }
}

const serve = (options: NaiveOptions): void => {
  const { appId, appSecret, sm4KeyHex, privateKeyHex, publicKeyHex, centerPublicKeyHex } = options
  const record = openSteps(options.databaseFile)

  const upload = async (bill: Record<string, unknown>): Promise<unknown> => {
    const data = { ...bill, orgCodg: options.orgCodg }
    const medOrgOrd = String(bill['medOrgOrd'])
    record(medOrgOrd, 'intent', data)
    const fields = { appId, version: '2.0.1', timestamp: String(Date.now()), encType: 'SM4', signType: 'SM2' }
    const own = { hash: true, publicKey: publicKeyHex, userId } as const
    const signature = smCrypto.sm2.doSignature(signText(fields, data, appSecret), privateKeyHex, own)
    const reply = await axios.post<Record<string, string>>(`${options.centerUrl}${options.path}`, {
      ...fields,
      signData: Buffer.from(signature, 'hex').toString('base64'),
      encData: smCrypto.sm4.encrypt(JSON.stringify(data), sm4KeyHex).toUpperCase(),
    })
    const envelope = reply.data
    const output: unknown = JSON.parse(smCrypto.sm4.decrypt(envelope['encData'] ?? '', sm4KeyHex))
    const foreign = { hash: true, publicKey: centerPublicKeyHex, userId } as const
    const signed = Buffer.from(envelope['signData'] ?? '', 'base64').toString('hex')
    const text = signText(envelope, output, appSecret)
    if (!smCrypto.sm2.doVerifySignature(text, signed, centerPublicKeyHex, foreign)) throw new Error('bad signature')
    record(medOrgOrd, 'outcome', output)
    return output
  }

  const server = createServer((request, response) => {
    readBody(request)
      .then((text) => upload(JSON.parse(text) as Record<string, unknown>))
      .then(
        (data) => response.end(JSON.stringify({ code: '0', data })),
        (error: unknown) => response.writeHead(500).end(JSON.stringify({ code: '1', message: String(error) })),
      )
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
  })
}

const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  serve(JSON.parse(line) as NaiveOptions)
})
lines.once('close', () => process.exit(0))
