// Owns telling a scan from typing, for a scanner that works as a keyboard (键盘口): key events in, codes or damage out. Pure: the
// page listens to the keys, sets the timer and shows what comes. By event.timeStamp, which is when the key arrived, not when
// a busy page looked at it.

/** What is read of a KeyboardEvent (keydown); one fits. */
export type WedgeKey = {
  readonly key: string
  /** The physical key. */
  readonly code: string
  /** Milliseconds, growing. */
  readonly timeStamp: number
  readonly isComposing?: boolean
  readonly keyCode?: number
  /** The key is held down. */
  readonly repeat?: boolean
  readonly ctrlKey?: boolean
  readonly altKey?: boolean
  readonly metaKey?: boolean
}

export type WedgeDamage = 'full-width' | 'input-method' | 'too-long'

export type WedgeReading =
  | { readonly kind: 'scan'; readonly code: string }
  /** It was a scan, and what arrived of it is not its code. Nothing of it is shown. */
  | { readonly kind: 'damaged'; readonly reason: WedgeDamage; readonly message: string; readonly remedy: string }

/** For the cashier: what happened, and what to do about it. */
export const wedgeDamageTexts: Readonly<Record<WedgeDamage, { readonly message: string; readonly remedy: string }>> = {
  'full-width': {
    message: '扫码内容变成了全角字符',
    remedy: '按 Shift+空格 切换为半角, 再切换到英文输入法, 然后重新扫码',
  },
  'input-method': {
    message: '扫码内容被输入法截获',
    remedy: '按 Shift 或 Ctrl+空格 切换到英文输入法, 然后重新扫码; 建议把扫码枪改为 USB 串口或 HID POS 模式',
  },
  'too-long': {
    message: '扫码内容过长, 不是医保码',
    remedy: '请患者出示医保码后重新扫码; 反复出现时检查扫码枪的前缀、后缀设置',
  },
}

export type WedgeLimits = {
  /** Keys that arrived further apart belong to different bursts, milliseconds. */
  readonly gapMs: number
  /** A burst without an ending key ends so long after its last was looked at: on a busy machine keys come late, milliseconds. */
  readonly silenceMs: number
  /** A burst whose keys are further apart on average was typed, milliseconds. 400 words a minute are 30. */
  readonly meanGapMs: number
  /** Fewer characters are typing: nobody can tell three quick keys from a scanner. */
  readonly minLength: number
  readonly maxLength: number
}

export const defaultWedgeLimits: WedgeLimits = {
  gapMs: 100,
  silenceMs: 300,
  meanGapMs: 25,
  minLength: 12,
  maxLength: 512,
}

export type WedgeReader = {
  /** Takes one keydown, which the page came to at `nowMs`; what it ended, if anything. */
  readonly take: (key: WedgeKey, nowMs?: number) => WedgeReading | undefined
  /** Whether a key that arrived at `timeStamp` follows the burst's last, if there is one. */
  readonly isWithin: (timeStamp: number) => boolean
  /** When to call `endBySilence` unless another key comes, on the clock of timeStamp; undefined while nothing waits for it. */
  readonly dueMs: () => number | undefined
  /** What ended without Enter or Tab. `nowMs` on the clock of timeStamp (performance.now() in a page). */
  readonly endBySilence: (nowMs: number) => WedgeReading | undefined
}

/** A timer later than this means that the page was busy, and keys may wait unread, milliseconds. */
const lateMs = 50

const endingKeys: ReadonlySet<string> = new Set(['Enter', 'NumpadEnter', 'Tab'])
const modifierKeys: ReadonlySet<string> = new Set(['Shift', 'CapsLock', 'NumLock', 'AltGraph'])
const swallowedKeys: ReadonlySet<string> = new Set(['Process', 'Unidentified', 'Dead'])
/** keyCode of a key that the input method took. */
const inputMethodKeyCode = 229

/** What has happened to a text that should be a code: full-width forms, or characters that no scanner sends. */
export const findTextDamage = (text: string): WedgeDamage | undefined => {
  if (/[\uFF01-\uFF5E\u3000]/.test(text)) return 'full-width'
  return /^[\x20-\x7E]*$/.test(text) ? undefined : 'input-method'
}

type KeyMeaning = 'text' | 'swallowed' | 'end' | 'modifier' | 'other'

const meaningOf = ({ key, code, isComposing, keyCode, repeat, ctrlKey, altKey, metaKey }: WedgeKey): KeyMeaning => {
  if (repeat === true || ctrlKey === true || altKey === true || metaKey === true) return 'other'
  // The input method takes the ending key too; then only `code` still says which it was.
  if (endingKeys.has(key) || endingKeys.has(code)) return 'end'
  if (modifierKeys.has(key)) return 'modifier'
  if (isComposing === true || keyCode === inputMethodKeyCode || swallowedKeys.has(key)) return 'swallowed'
  return Array.from(key).length === 1 ? 'text' : 'other'
}

type Burst = {
  readonly firstMs: number
  lastMs: number
  dueMs: number | undefined
  /** Of every character key, also of what was swallowed or is too much. */
  count: number
  text: string
  swallowed: boolean
}

const damagedBy = (reason: WedgeDamage): WedgeReading => ({ kind: 'damaged', reason, ...wedgeDamageTexts[reason] })

/** A reader for one page. It sees every keydown of the page, whatever has the focus. */
export const createWedgeReader = (limits: WedgeLimits = defaultWedgeLimits): WedgeReader => {
  const { gapMs, silenceMs, meanGapMs, minLength, maxLength } = limits
  let burst: Burst | undefined

  const end = (): WedgeReading | undefined => {
    const ended = burst
    burst = undefined
    if (ended === undefined || ended.count < minLength) return undefined
    if ((ended.lastMs - ended.firstMs) / (ended.count - 1) > meanGapMs) return undefined
    if (ended.count > maxLength) return damagedBy('too-long')
    const damage = findTextDamage(ended.text) ?? (ended.swallowed ? 'input-method' : undefined)
    return damage === undefined ? { kind: 'scan', code: ended.text } : damagedBy(damage)
  }

  const add = ({ key, timeStamp }: WedgeKey, isText: boolean, nowMs: number): void => {
    burst ??= { firstMs: timeStamp, lastMs: timeStamp, dueMs: 0, count: 0, text: '', swallowed: false }
    burst.lastMs = timeStamp
    // A key that waited for the page has others of its burst waiting behind it: silence counts from when it was looked at.
    burst.dueMs = Math.max(timeStamp, nowMs) + silenceMs
    burst.count += 1
    if (!isText) burst.swallowed = true
    else if (burst.count <= maxLength) burst.text += key
  }

  const isWithin = (timeStamp: number): boolean =>
    burst !== undefined && timeStamp >= burst.lastMs && timeStamp - burst.lastMs <= gapMs

  return {
    isWithin,
    take: (key, nowMs = key.timeStamp) => {
      const before = isWithin(key.timeStamp) ? undefined : end()
      switch (meaningOf(key)) {
        case 'text':
          add(key, true, nowMs)
          return before
        case 'swallowed':
          add(key, false, nowMs)
          return before
        case 'end':
          return end() ?? before
        case 'modifier':
          return before
        case 'other':
          burst = undefined
          return before
      }
    },
    dueMs: () => burst?.dueMs,
    endBySilence: (nowMs) => {
      if (burst?.dueMs === undefined || nowMs < burst.dueMs) return undefined
      const isLate = nowMs - burst.dueMs > lateMs
      if (!isLate && burst.count >= minLength) return end()
      // Too little to be a code may be the beginning of one: the next key's own time tells.
      burst.dueMs = isLate ? nowMs + silenceMs : undefined
      return undefined
    },
  }
}
