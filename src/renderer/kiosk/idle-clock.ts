// Owns noticing that nobody is there any more: how long nothing was touched, and what is left of the time.
import { onScopeDispose, ref, watch, type Ref } from 'vue'

const signs = ['pointerdown', 'keydown'] as const
const lookEveryMs = 250

/**
 * The seconds that are left. `isHeld` stops the clock while a machine is waited for; a change of `sign` counts as a touch.
 * Calls `onIdle` when the time is up, and begins anew.
 */
export const useIdleClock = (
  limitSeconds: () => number,
  isHeld: () => boolean,
  sign: () => unknown,
  onIdle: () => void,
): { readonly secondsLeft: Readonly<Ref<number>>; readonly touch: () => void } => {
  let touchedMs = performance.now()
  const secondsLeft = ref(limitSeconds())
  const touch = (): void => {
    touchedMs = performance.now()
    secondsLeft.value = limitSeconds()
  }
  const look = (): void => {
    if (isHeld()) {
      touch()
      return
    }
    secondsLeft.value = Math.ceil(limitSeconds() - (performance.now() - touchedMs) / 1000)
    if (secondsLeft.value > 0) return
    touch()
    onIdle()
  }
  for (const name of signs) addEventListener(name, touch, { capture: true })
  const timer = setInterval(look, lookEveryMs)
  watch(sign, touch)
  onScopeDispose(() => {
    clearInterval(timer)
    for (const name of signs) removeEventListener(name, touch, { capture: true })
  })
  return { secondsLeft, touch }
}
