// Owns the event stream of a page: one for all its views, read by fetch, so that the token stands in a header; opened again
// where it broke off.
import { onScopeDispose } from 'vue'
import type { PageEvent } from '../../contract/local-api/events.ts'
import { standing } from './call-agent.ts'
import { keepToken, session } from './session.ts'

const firstWaitMs = 250
const longestWaitMs = 5_000
/** The agent sends a comment every 15 s. */
const silentForMs = 35_000

type Listener = (event: PageEvent) => void

const listeners = new Set<Listener>()
let stop = new AbortController()
let isOpen = false

/** True while the stream is open: then nothing is missed. */
export const isFollowing = (): boolean => isOpen

const tellAll = (event: PageEvent): void => {
  for (const tell of listeners) tell(event)
}

const readData = (frame: string): string =>
  frame
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length))
    .join('\n')

/** Reads until the stream ends or falls silent, or could not be opened. */
const readOnce = async (stopped: AbortSignal, tellOpen: () => void): Promise<void> => {
  const { url, token } = session.value
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), silentForMs)
  try {
    const reply = await fetch(`${url}/v1/events`, {
      cache: 'no-store',
      credentials: 'omit',
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([stopped, silence.signal]),
    })
    if (reply.status === 401) {
      standing.value = 'refused'
      keepToken('')
    }
    if (!reply.ok || reply.body === null) return
    standing.value = 'here'
    isOpen = true
    tellOpen()
    tellAll({ type: 'reset' })
    let rest = ''
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader()
    // A call for each piece: nothing of one stays in memory while the next is waited for, perhaps for long.
    const readPiece = async (): Promise<boolean> => {
      const { done, value } = await reader.read()
      if (done) return false
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), silentForMs)
      const frames = `${rest}${value}`.split('\n\n')
      rest = frames.pop() ?? ''
      // The agent's own `reset` is ours: a new stream is one.
      for (const data of frames.map(readData)) if (data !== '') tellAll(JSON.parse(data) as PageEvent)
      return true
    }
    while (await readPiece());
  } finally {
    clearTimeout(timer)
    isOpen = false
  }
}

const follow = async (stopped: AbortSignal): Promise<void> => {
  let waitMs = firstWaitMs
  const begin = (): void => {
    waitMs = firstWaitMs
  }
  const isOver = (): boolean => stopped.aborted
  while (!isOver()) {
    if (session.value.token !== '') {
      await readOnce(stopped, begin).catch(() => undefined)
      if (isOver()) return
      // Read anew: the token may have been refused meanwhile.
      if (session.value.token !== '') standing.value = 'away'
    }
    // Not all windows of a ward at the same instant.
    const pauseMs = waitMs * (0.5 + Math.random())
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    waitMs = Math.min(longestWaitMs, waitMs * 2)
  }
}

/**
 * Calls `tell` for every event until the component that asked is gone. A `reset` comes first, and again after each break:
 * something may have been missed, so ask anew for all that is shown.
 */
export const followEvents = (tell: Listener): void => {
  listeners.add(tell)
  if (listeners.size === 1) {
    stop = new AbortController()
    void follow(stop.signal)
  } else if (isOpen) {
    tell({ type: 'reset' })
  }
  onScopeDispose(() => {
    listeners.delete(tell)
    if (listeners.size === 0) stop.abort()
  })
}
