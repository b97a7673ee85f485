// Owns the scans of a scanner that types: which view gets them, and that none of their keys presses a button or stays in a
// field. Telling a scan from typing is wedge-reader.ts.
import { onScopeDispose, shallowRef } from 'vue'
import { createWedgeReader, type WedgeReading } from './wedge-reader.ts'

type Taker = (reading: WedgeReading) => void

let taker: Taker | undefined

/** True when a scan came and no view in front takes any; put back by whoever has shown it. */
export const strayScan = shallowRef(false)

/** `take` gets what is scanned until the component that asked is gone. */
export const takeScans = (take: Taker): void => {
  taker = take
  onScopeDispose(() => {
    if (taker === take) taker = undefined
  })
}

/** A code does not stay in the field that happened to have the focus. */
const eraseFrom = (target: EventTarget | null, code: string): void => {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return
  target.value = target.value.replace(code, '')
  target.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Keys that press the button which has the focus. */
const pressing: ReadonlySet<string> = new Set([' ', 'Enter'])

const isField = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea') !== null

/** Listens to every key of the page until the component that asked is gone. */
export const followScans = (): void => {
  const reader = createWedgeReader()
  let timer: ReturnType<typeof setTimeout> | undefined

  const give = (reading: WedgeReading | undefined, event?: KeyboardEvent): void => {
    if (reading === undefined) return
    const target = event?.target ?? document.activeElement
    const isInFront = document.visibilityState === 'visible' && document.hasFocus()
    if (taker !== undefined && isInFront) {
      if (reading.kind === 'scan') eraseFrom(target, reading.code)
      event?.preventDefault()
      event?.stopPropagation()
      taker(reading)
    } else if (!isField(target)) {
      // Its Enter must not press the button that has the focus.
      event?.preventDefault()
      event?.stopPropagation()
      strayScan.value = true
    }
  }

  const waitForSilence = (): void => {
    clearTimeout(timer)
    const dueMs = reader.dueMs()
    if (dueMs === undefined) return
    const endBySilence = (): void => {
      give(reader.endBySilence(performance.now()))
      waitForSilence()
    }
    timer = setTimeout(endBySilence, Math.max(0, dueMs - performance.now()))
  }

  const take = (event: KeyboardEvent): void => {
    // A code with a space in it, or one too short to be told from typing.
    if (reader.isWithin(event.timeStamp) && pressing.has(event.key) && !isField(event.target)) event.preventDefault()
    give(reader.take(event, performance.now()), event)
    waitForSilence()
  }

  addEventListener('keydown', take, { capture: true })
  onScopeDispose(() => {
    clearTimeout(timer)
    removeEventListener('keydown', take, { capture: true })
  })
}
