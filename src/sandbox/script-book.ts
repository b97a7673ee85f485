// Owns the scripts in force and which calls they touch. What a behaviour does is exchange.ts and interfaces/.
import type { InterfaceCode } from '../contract/interfaces.ts'
import { refuse } from './ledger/refusal.ts'
import { type Behaviour, listTouched, type Script } from './script.ts'

const maxScripts = 100_000

/** The order that a call is about; 6201 knows only its medOrgOrd before it acts. */
export type Subject = { readonly medOrgOrd: string | undefined; readonly payOrdId: string | undefined }

/** How an order shall be placed. */
export type PlacingWish = Pick<Behaviour, 'split' | 'processingDelayMs'>

type Kept = { readonly id: number; readonly script: Script; readonly touched: readonly InterfaceCode[]; seen: number }

export type ScriptBook = {
  /** Keeps a checked script; gives its number. */
  readonly add: (script: Script) => number
  /** Counts the call and gives what the scripts want of it; later scripts win. */
  readonly take: (code: InterfaceCode, subject: Subject) => Behaviour
  readonly wishFor: (subject: Subject) => PlacingWish
  /** Every script with the number of calls it has seen. */
  readonly list: () => readonly { readonly id: number; readonly seen: number; readonly script: Script }[]
  readonly clear: () => void
}

const isAbout = (script: Script, subject: Subject): boolean =>
  (script.medOrgOrd === undefined || script.medOrgOrd === subject.medOrgOrd) &&
  (script.payOrdId === undefined || script.payOrdId === subject.payOrdId)

export const createScriptBook = (): ScriptBook => {
  let scripts: Kept[] = []
  let lastId = 0
  return {
    add: (script) => {
      if (scripts.length >= maxScripts) refuse('full', '沙箱脚本过多, 请先重置沙箱')
      lastId += 1
      scripts.push({ id: lastId, script, touched: listTouched(script), seen: 0 })
      return lastId
    },
    take: (code, subject) => {
      let wanted: Behaviour = {}
      for (const kept of scripts) {
        if (!kept.touched.includes(code) || !isAbout(kept.script, subject)) continue
        kept.seen += 1
        const { medOrgOrd: _ord, payOrdId: _id, interface: _code, nth = 1, times = 1, ...behaviour } = kept.script
        if (kept.seen >= nth && kept.seen < nth + times) wanted = { ...wanted, ...behaviour }
      }
      return wanted
    },
    wishFor: (subject) => {
      let wish: PlacingWish = {}
      for (const { script } of scripts) {
        if (!isAbout(script, subject)) continue
        if (script.split !== undefined) wish = { ...wish, split: script.split }
        if (script.processingDelayMs !== undefined) wish = { ...wish, processingDelayMs: script.processingDelayMs }
      }
      return wish
    },
    list: () => scripts.map(({ id, seen, script }) => ({ id, seen, script })),
    clear: () => {
      scripts = []
    },
  }
}
