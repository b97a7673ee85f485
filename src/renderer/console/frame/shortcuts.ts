// Owns the keys that work everywhere in the console. A scanner that types is no person: what comes in a burst is no shortcut.
import { onScopeDispose } from 'vue'
import { openView } from '../../shared/page-route.ts'
import { viewNames } from '../views/views.ts'

/** Faster than this no person types; most scanners send a key every 1 to 20 ms. */
const burstWithinMs = 50

export const shortcutKeys = ['Alt+1', 'Alt+2', 'Alt+3', 'Alt+4', 'Alt+5', 'Alt+6', 'Alt+7', 'Alt+8', 'Alt+9', 'Alt+0']

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select') !== null

/** Calls `showHelp` for `?`. Ends with the component that asked. */
export const followShortcuts = (showHelp: () => void): void => {
  let lastKeyMs = 0
  let lone: ReturnType<typeof setTimeout> | undefined

  const run = (event: KeyboardEvent): void => {
    if (event.altKey) {
      const view = viewNames[shortcutKeys.indexOf(`Alt+${event.key}`)]
      if (view === undefined) return
      event.preventDefault()
      openView(view)
      return
    }
    const sinceMs = event.timeStamp - lastKeyMs
    lastKeyMs = event.timeStamp
    clearTimeout(lone)
    if (event.key === '/' && !isTyping(event.target)) {
      const search = document.querySelector<HTMLElement>('[data-search]')
      if (search === null || sinceMs < burstWithinMs) return
      event.preventDefault()
      search.focus()
    }
    if (event.key === '?' && !isTyping(event.target) && sinceMs >= burstWithinMs)
      lone = setTimeout(showHelp, burstWithinMs)
  }

  addEventListener('keydown', run)
  onScopeDispose(() => {
    clearTimeout(lone)
    removeEventListener('keydown', run)
  })
}
