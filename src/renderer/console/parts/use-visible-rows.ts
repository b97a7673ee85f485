// Owns which rows of a long table are drawn: those in sight and some around them. Every row is equally high.
import { computed, nextTick, onMounted, onScopeDispose, ref, type ComputedRef, type Ref } from 'vue'

const aroundRows = 6

export type VisibleRows = {
  /** To be bound to the element that scrolls. */
  readonly box: Ref<HTMLElement | undefined>
  readonly follow: () => void
  readonly from: ComputedRef<number>
  readonly to: ComputedRef<number>
  /** Pixels that the rows before and after take. */
  readonly before: ComputedRef<string>
  readonly after: ComputedRef<string>
  /** Scrolls to a row and gives it the focus once it is drawn. */
  readonly focusRow: (at: number) => Promise<void>
}

/** `rowPx`: a row's height; `headPx`: that of the head, which stays in sight. */
export const useVisibleRows = (count: () => number, rowPx: number, headPx: number): VisibleRows => {
  const box = ref<HTMLElement>()
  const scrolledPx = ref(0)
  const heightPx = ref(0)

  const follow = (): void => {
    scrolledPx.value = box.value?.scrollTop ?? 0
    heightPx.value = box.value?.clientHeight ?? 0
  }
  const watcher = new ResizeObserver(follow)
  onMounted(() => {
    if (box.value !== undefined) watcher.observe(box.value)
  })
  onScopeDispose(() => watcher.disconnect())

  const from = computed(() => Math.max(0, Math.floor(scrolledPx.value / rowPx) - aroundRows))
  const to = computed(() => Math.min(count(), Math.ceil((scrolledPx.value + heightPx.value) / rowPx) + aroundRows))
  return {
    box,
    follow,
    from,
    to,
    before: computed(() => `${from.value * rowPx}px`),
    after: computed(() => `${Math.max(0, count() - to.value) * rowPx}px`),
    focusRow: async (at) => {
      const { value } = box
      if (value === undefined || at < 0 || at >= count()) return
      const topPx = at * rowPx
      const lowestPx = topPx + rowPx + headPx - value.clientHeight
      value.scrollTop = Math.min(Math.max(value.scrollTop, lowestPx), topPx)
      follow()
      await nextTick()
      value.querySelector<HTMLElement>(`[data-row="${at}"] a`)?.focus({ preventScroll: true })
    },
  }
}
