// Owns noticing that a device went silent. A timer that runs late means that this process was busy and what the device sent
// may wait unread, so silence is then measured anew.
const lateMs = 20

export type SilenceTimer = {
  /** Something came: silence begins now. */
  readonly restart: () => void
  readonly stop: () => void
}

/** Calls `onSilence` once nothing was heard for so long, milliseconds; asked anew whenever silence begins. */
export const createSilenceTimer = (silenceMsOf: () => number, onSilence: () => void): SilenceTimer => {
  let timer: NodeJS.Timeout | undefined
  const restart = (): void => {
    const silenceMs = silenceMsOf()
    const dueMs = performance.now() + silenceMs
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (performance.now() - dueMs > lateMs) restart()
      else onSilence()
    }, silenceMs)
  }
  return {
    restart,
    stop: () => {
      clearTimeout(timer)
    },
  }
}
