// Owns the event stream of a page: read by fetch, so that the token stands in a header; taken up again where it broke off.
import { onScopeDispose } from 'vue'
import type { PageEvent } from '../../contract/local-api/events.ts'
import { standing } from './call-agent.ts'
import { session } from './session.ts'

const firstWaitMs = 250
const longestWaitMs = 5_000
/** The agent sends a comment every 15 s. */
const silentForMs = 35_000

/** One event of the stream, or what only moves the id. */
type Frame = { readonly id: string | undefined; readonly data: string }

const readFrame = (text: string): Frame => {
  let id: string | undefined
  const data: string[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('id: ')) id = line.slice(4)
    else if (line.startsWith('data: ')) data.push(line.slice(6))
  }
  return { id, data: data.join('\n') }
}

/** Calls `tell` for every event until the component that asked is gone. The first thing told is always a `reset`. */
export const followEvents = (tell: (event: PageEvent) => void): void => {
  const stop = new AbortController()
  let lastId = ''
  let waitMs = firstWaitMs

  const readOnce = async (): Promise<void> => {
    const { url, token } = session.value
    const silence = new AbortController()
    let timer = setTimeout(() => silence.abort(), silentForMs)
    const reply = await fetch(`${url}/v1/events`, {
      cache: 'no-store',
      credentials: 'omit',
      headers: { authorization: `Bearer ${token}`, ...(lastId === '' ? {} : { 'last-event-id': lastId }) },
      signal: AbortSignal.any([stop.signal, silence.signal]),
    })
    if (!reply.ok || reply.body === null) {
      clearTimeout(timer)
      if (reply.status === 401) standing.value = 'refused'
      return
    }
    standing.value = 'here'
    waitMs = firstWaitMs
    if (lastId === '') tell({ type: 'reset' })
    let rest = ''
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      clearTimeout(timer)
      if (done) return
      timer = setTimeout(() => silence.abort(), silentForMs)
      const frames = `${rest}${value}`.split('\n\n')
      rest = frames.pop() ?? ''
      for (const { id, data } of frames.map(readFrame)) {
        if (id !== undefined) lastId = id
        if (data !== '') tell(JSON.parse(data) as PageEvent)
      }
    }
  }

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      // So that all windows of a ward do not come back in the same instant.
      setTimeout(resolve, waitMs * (0.5 + Math.random()))
      waitMs = Math.min(longestWaitMs, waitMs * 2)
    })

  const follow = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      if (session.value.token !== '') {
        await readOnce().catch(() => {
          if (!stop.signal.aborted) standing.value = 'away'
        })
      }
      await pause()
    }
  }

  void follow()
  onScopeDispose(() => {
    stop.abort()
  })
}
