// Owns sending one request that somebody wrote by hand, and what came back as it is. Only the sandbox is tried this way.
import type { Operation } from './api-document.ts'

const answerWithinMs = 30_000

export type Trial = {
  readonly operation: Operation
  /** Path and query values by name; an empty query value is left out. */
  readonly values: Readonly<Record<string, string>>
  readonly body: string
  readonly token: string
}

export type TrialResult = { readonly request: string; readonly response: string }

/** The address with its values. */
export const addressOfTrial = ({ operation, values }: Pick<Trial, 'operation' | 'values'>): string => {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(values[name] ?? ''))
  const query = operation.parameters
    .filter(({ name, in: place }) => place === 'query' && (values[name] ?? '') !== '')
    .map(({ name }) => `${name}=${encodeURIComponent(values[name] ?? '')}`)
    .join('&')
  return query === '' ? path : `${path}?${query}`
}

const layOut = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

/** Never throws: that nothing came back is a result too. */
export const sendTrial = async (url: string, trial: Trial): Promise<TrialResult> => {
  const { operation, body, token } = trial
  const address = addressOfTrial(trial)
  const isPost = operation.method === 'POST'
  // The token itself is not shown: somebody may be looking on.
  const shown = [`${operation.method} ${address}`, ...(token === '' ? [] : ['Authorization: Bearer ***'])]
  const request = [...shown, ...(isPost ? ['Content-Type: application/json', '', body] : [])].join('\n')
  try {
    const reply = await fetch(`${url}${address}`, {
      method: operation.method,
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(answerWithinMs),
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(isPost ? { 'content-type': 'application/json' } : {}),
      },
      ...(isPost ? { body } : {}),
    })
    return { request, response: `HTTP ${reply.status}\n\n${layOut(await reply.text())}` }
  } catch {
    return { request, response: '没有应答: 结果不明时, 用同一单号、同一内容再发一次' }
  }
}
