// Owns one call of a page to the agent: address, token, deadline, and what went wrong in words. It knows no endpoint.
import { ref } from 'vue'
import type { Answer, Refusal } from '../../contract/local-api/answer.ts'
import { keepToken, session } from './session.ts'

/** A little more than the agent's own 25 s, after which it answers 202. */
const answerWithinMs = 30_000

/** Where the agent and this page stand with each other. */
export type Standing = 'here' | 'away' | 'refused'

/** `away`: the agent does not answer; `refused`: it does, and takes this page's token no longer. */
export const standing = ref<Standing>('here')

/** The environment of the agent's last answer; '' before the first. Every page shows it. */
export const environment = ref('')

/** Neither '0' nor from the agent: it could not be asked, or the page gave up. */
export const agentAway = 'AGENT_AWAY'
export const cancelled = 'CANCELLED'

const lostTokenCodes: ReadonlySet<string> = new Set([
  'TOKEN_MISSING',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_REVOKED',
])

const unanswered = <Data>(code: string, message: string): Answer<Data & Refusal> => ({
  code,
  message,
  data: {} as Data & Refusal,
  requestId: '',
})

export type CallOptions = {
  readonly body?: object
  /** Ends the wait, not what the agent does. */
  readonly signal?: AbortSignal
}

const learn = (answer: Answer<unknown>): void => {
  const { environment: fromAgent } = answer.data as { environment?: unknown }
  if (typeof fromAgent === 'string') environment.value = fromAgent
  if (!lostTokenCodes.has(answer.code)) {
    // A page without a token was refused until it has another, whatever it may ask without one.
    if (standing.value !== 'refused' || session.value.token !== '') standing.value = 'here'
    return
  }
  standing.value = 'refused'
  keepToken('')
}

/** Never throws: an agent that does not answer is an answer too, with the code AGENT_AWAY. */
export const callAgent = async <Data>(
  method: 'GET' | 'POST',
  path: string,
  { body, signal }: CallOptions = {},
): Promise<Answer<Data & Refusal>> => {
  const { url, token } = session.value
  const deadline = AbortSignal.timeout(answerWithinMs)
  try {
    const reply = await fetch(`${url}${path}`, {
      method,
      cache: 'no-store',
      credentials: 'omit',
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
    })
    const answer = (await reply.json()) as Answer<Data & Refusal>
    learn(answer)
    return answer
  } catch {
    if (signal?.aborted === true) return unanswered(cancelled, '已取消')
    standing.value = 'away'
    return unanswered(agentAway, '助手没有应答, 请稍候或联系信息科')
  }
}

/** The answer in the page's language. */
export const messageOf = ({ code, message, data }: Answer<Refusal>, english: boolean): string => {
  if (!english) return message
  if (code === agentAway) return 'The agent does not answer. Wait a moment, or call the IT department.'
  if (code === cancelled) return 'Cancelled'
  return data.messageEn ?? message
}
