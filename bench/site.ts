// Owns the three processes of a measurement: this one as the caller, the agent, the sandbox center; and the calls that
// are timed. A naive agent beside them is overhead.ts's.
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'
import { entryPaths } from '../src/main/wiring/machine/entry-paths.ts'
import { prepareAgent, startAgent, type AgentSite, type RunningAgent } from './agent-under-test.ts'
import { createSealer, newChannel, newUpload, uploadPath, type BillSize, type Channel } from './channel.ts'
import { startProgram } from './child-program.ts'
import { openClient, type Client, type Reply } from './http-client.ts'
import { timeMs } from './measure.ts'
import { withWorkFolder } from './work-folder.ts'

/** The tables of SM2 are built after listening, on both sides; a measurement waits for them. */
const settleMs = 2_500

export type CenterReady = { readonly url: string; readonly publicKey: string }

export type Site = {
  readonly channel: Channel
  readonly center: CenterReady
  readonly agentSite: AgentSite
  readonly agent: RunningAgent
  readonly client: Client
  /** Milliseconds of one upload that bypasses the agent; sealing is not timed. */
  readonly direct: (size: BillSize) => Promise<number>
  /** Milliseconds of one upload through the agent. */
  readonly through: (size: BillSize) => Promise<number>
}

/** Both answers carry a code, and "0" means accepted: the center's envelope, and the agent's answer. */
export const assertAccepted = ({ status, body }: Reply): void => {
  if (status !== 200 || (JSON.parse(body.toString()) as { code: unknown }).code !== '0') {
    throw new Error(`an upload was not accepted: ${status} ${body.toString().slice(0, 500)}`)
  }
}

/** Times one POST and insists on its success. */
export const timePost = async (
  client: Client,
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> => {
  let reply: Reply | undefined
  const elapsedMs = await timeMs(async () => {
    reply = await client.post(url, body, headers)
  })
  if (reply !== undefined) assertAccepted(reply)
  return elapsedMs
}

/** Runs the work on a fresh site and ends its processes, whatever happens. */
export const withSite = async (
  work: (site: Site, folder: string) => Promise<void>,
  { callers = 4, scannerPath }: { readonly callers?: number; readonly scannerPath?: string } = {},
): Promise<void> => {
  const channel = newChannel()
  const { appId, appSecret } = channel
  const agentPublicKey = Buffer.from(channel.publicKey).toString('base64')
  await withWorkFolder(async (folder) => {
    const center = await startProgram<CenterReady>(entryPaths.sandbox, { appId, appSecret, agentPublicKey })
    try {
      const agentSite = await prepareAgent(join(folder, 'agent'), channel, center.ready, scannerPath)
      const agent = await startAgent(agentSite)
      const client = openClient(callers)
      try {
        await wait(settleMs)
        const seal = createSealer(channel)
        const { url } = center.ready
        const site: Site = {
          channel,
          center: center.ready,
          agentSite,
          agent,
          client,
          direct: (size) => timePost(client, `${url}${uploadPath}`, seal(size)),
          through: (size) => timePost(client, `${agent.url}/v1/orders`, newUpload(size), agent.headers),
        }
        await work(site, folder)
      } finally {
        client.close()
        await agent.stop()
      }
    } finally {
      await center.stop()
    }
  })
}
