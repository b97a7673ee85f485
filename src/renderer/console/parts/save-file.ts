// Owns saving a file that the agent makes: fetched with the token in a header, so that no address ever carries it.
import type { Answer, Refusal } from '../../../contract/local-api/answer.ts'
import { agentAway } from '../../shared/call-agent.ts'
import { session } from '../../shared/session.ts'

const withinMs = 60_000

/** undefined when the file was saved, else why not. */
export const saveFile = async (
  path: string,
  name: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<Answer<Refusal> | undefined> => {
  const { url, token } = session.value
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  try {
    const reply = await fetch(`${url}${path}`, {
      ...sent,
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
    })
    if (!reply.ok) return (await reply.json()) as Answer<Refusal>
    const address = URL.createObjectURL(await reply.blob())
    const link = document.createElement('a')
    link.href = address
    link.download = name
    link.click()
    URL.revokeObjectURL(address)
    return undefined
  } catch {
    return signal.aborted
      ? undefined
      : { code: agentAway, message: '助手没有应答, 文件没有保存', data: {}, requestId: '' }
  }
}
