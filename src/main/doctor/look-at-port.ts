// Owns the check of the local API's port: free, ours, or somebody else's. An agent that answers there is asked to prove that it
// knows a token of this configuration (docs/security.md); it is sent none.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { find, type FindingOf } from './tables/check-table.ts'
import { describeHolder, findPortHolder } from './find-holder.ts'

/** What an agent at `port` that knows a token answers to `challenge`. */
export type ExpectProof = (port: number, challenge: string) => { readonly keyId: string; readonly proof: string }

const withinMs = 3_000

/** The system's code of why nobody can listen there; "" when it is free. */
export const tryListening = (port: number, host: string): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer()
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => resolve(''))
    })
  })

type Health = { readonly data?: { readonly version?: string; readonly proof?: string } }

const ask = async (port: number, query: string): Promise<Health | undefined> => {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/v1/health${query}`, { signal: AbortSignal.timeout(withinMs) })
    const body = await reply.json()
    return typeof body === 'object' && body !== null ? body : undefined
  } catch {
    return undefined
  }
}

export type PortLook = {
  readonly finding: FindingOf<'apiPort'>
  /** The process of our own agent, when it is there and can be seen. */
  readonly agentPid?: number
}

/** `expect`: for each token of the configuration. */
export const lookAtPort = async (port: number, expect: readonly ExpectProof[]): Promise<PortLook> => {
  const codes = await Promise.all(['127.0.0.1', '::1'].map((host) => tryListening(port, host)))
  if (codes.includes('EACCES')) return { finding: find('apiPort', 'denied', `端口 ${port}`) }
  if (!codes.includes('EADDRINUSE')) return { finding: find('apiPort', 'ok', `端口 ${port} 空闲`) }
  const holder = await findPortHolder(port)
  const who = `端口 ${port}, ${describeHolder(holder)}`
  for (const expected of expect) {
    const challenge = randomBytes(16).toString('hex')
    const { keyId, proof } = expected(port, challenge)
    const health = await ask(port, `?challenge=${challenge}&keyId=${keyId}`)
    if (health?.data?.proof !== proof) continue
    const finding = find('apiPort', 'own', `${who}, 本助手 ${health.data.version ?? ''} 正在运行`)
    return holder === undefined ? { finding } : { finding, agentPid: holder.pid }
  }
  const version = (await ask(port, ''))?.data?.version
  if (typeof version !== 'string') return { finding: find('apiPort', 'held', who) }
  return { finding: find('apiPort', 'unproven', `${who}, 自称助手 ${version.slice(0, 40)}`) }
}
