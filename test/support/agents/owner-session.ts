// Owns the session of the machine's owner at the console: a link by his channel, exchanged for its token, as
// `agent console --settings` and a browser do it.
import { callAgent } from '../../../src/main/control/call-agent.ts'

/** The token of a session that may change what is the owner's. */
export const openOwnerSession = async (dataDir: string, url: string): Promise<string> => {
  const { data } = await callAgent(dataDir, 'POST', '/v1/links', { settings: true })
  const reply = await fetch(`${url}/v1/links/exchange`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ link: String(data['link']).split('#link=')[1] }),
  })
  return ((await reply.json()) as { readonly data: { readonly token: string } }).data.token
}
