// Owns what the center's statuses (ordStas) say, and which of them may follow which (RULES 4.2, 5). Pure: no order, no entries.
import type { RefundType } from './entries.ts'

/** What went back of a settled order. `cash`: nothing, a part, all of it. */
type GivenBack = { readonly insurance: boolean; readonly cash: 0 | 1 | 2 }

const givenBack: Readonly<Record<string, GivenBack>> = {
  '6': { insurance: false, cash: 0 },
  '7': { insurance: true, cash: 2 },
  '8': { insurance: true, cash: 0 },
  '9': { insurance: false, cash: 2 },
  '10': { insurance: false, cash: 1 },
  '11': { insurance: true, cash: 1 },
}

/** Where nothing is settled yet, by how far it has come: saved, placed, one side done. */
const progress: Readonly<Record<string, number>> = { '0': 0, '1': 0, '2': 1, '3': 2, '4': 2, '5': 2 }
const halfDone = 2

const reversed: ReadonlySet<string> = new Set(['12', '15'])
/** One side failed or was taken back and the cash may be held: it does not begin anew. */
const cashHeld: ReadonlySet<string> = new Set(['13', '16'])

/** Settled, whatever went back since (6 to 11). */
export const isSettledStatus = (ordStas: string | undefined): boolean => givenBack[ordStas ?? ''] !== undefined

/** A status with a place among the others; 14 and a code that nobody knows have none. */
export const isFirmStatus = (ordStas: string): boolean =>
  isSettledStatus(ordStas) || ordStas in progress || reversed.has(ordStas) || cashHeld.has(ordStas)

/** Fees at this status are gone: nobody can pay them, and what was paid is back. */
export const isGone = (ordStas: string): boolean => ['7', '12', '15'].includes(ordStas)

/** Somebody's money may be with the center at this status. */
export const holdsMoney = (ordStas: string): boolean =>
  ordStas !== '' && (progress[ordStas] ?? halfDone) >= halfDone && !isGone(ordStas)

/** Nothing that went back came again. Without cash (`noCash`) 7 and 8 say the same. */
const goesOn = (before: string, after: string, noCash: boolean): boolean => {
  const [some, more] = [givenBack[before], givenBack[after]]
  if (some === undefined || more === undefined) return false
  return more.insurance >= some.insurance && (noCash || more.cash >= some.cash)
}

/**
 * How a new word of 6301 stands to what is known. `back`: it takes away what was settled, given back or reversed, so it is not
 * believed and a person is called. `less`: it forgets that one side was done; not believed either, and asked on.
 */
export const compareStatus = (before: string | undefined, after: string, noCash: boolean): 'on' | 'back' | 'less' => {
  if (before === undefined || before === after) return 'on'
  if (isSettledStatus(before)) {
    if (isSettledStatus(after)) return goesOn(before, after, noCash) ? 'on' : 'back'
    return isFirmStatus(after) ? 'back' : 'on'
  }
  if (reversed.has(before)) return after in progress || after === '6' ? 'back' : 'on'
  if (cashHeld.has(before)) return after in progress ? 'back' : 'on'
  return progress[before] === halfDone && (progress[after] ?? halfDone) < halfDone ? 'less' : 'on'
}

/**
 * Which status the answer to a request leaves: it was asked for before whatever is known by now, so it can only move the order
 * on. `contradicts`: it and what is known cannot both be true.
 */
export const afterAnswer = (
  before: string | undefined,
  after: string,
): { readonly ordStas: string; readonly contradicts: boolean } => {
  if (before === undefined) return { ordStas: after, contradicts: false }
  const keep = (contradicts: boolean) => ({ ordStas: before, contradicts })
  if (before in progress) {
    const [rankBefore, new_] = [progress[before] ?? 0, progress[after]]
    if (new_ !== undefined) return new_ >= rankBefore ? { ordStas: after, contradicts: false } : keep(false)
    if (isSettledStatus(after) || rankBefore < halfDone) return { ordStas: after, contradicts: false }
    return keep(isFirmStatus(after))
  }
  if (isSettledStatus(before)) {
    if (isSettledStatus(after))
      return goesOn(before, after, false) ? { ordStas: after, contradicts: false } : keep(false)
    return keep(after === '12' || after === '15' || cashHeld.has(after))
  }
  return keep(reversed.has(before) && isSettledStatus(after))
}

/** The statuses that a refund leads to from `before`, done as asked (RULES 5). `isWhole`: of the cash nothing is left. */
export const statusesAfterRefund = (
  refdType: RefundType,
  before: string,
  { isWhole, noCash }: { readonly isWhole: boolean; readonly noCash: boolean },
): ReadonlySet<string> => {
  switch (refdType) {
    case 'ALL':
      // 8: the insurance went back and the cash did not, what 6203 calls EXP.
      return new Set(['7', '8'])
    case 'HI':
      if (before === '9') return new Set(['7'])
      if (before === '10') return new Set(['11'])
      return noCash ? new Set(['7', '8']) : new Set(['8'])
    case 'CASH': {
      // 13: the insurance was taken back before anything was settled.
      const insuranceBack = before === '13' || givenBack[before]?.insurance === true
      if (isWhole) return new Set([insuranceBack ? '7' : '9'])
      return new Set([insuranceBack ? '11' : '10'])
    }
  }
}

/** True when of the two statuses the later one tells of more cash that went back. */
export const showsMoreCash = (before: string, after: string): boolean =>
  (givenBack[after]?.cash ?? 0) > (givenBack[before]?.cash ?? 0)

/** The status in which so much went back, as far as anybody knows. */
export const statusesOf = (insuranceBack: boolean, cashFen: number, dueFen: number): ReadonlySet<string> => {
  if (dueFen === 0) return insuranceBack ? new Set(['7', '8']) : new Set(['6'])
  if (cashFen >= dueFen) return new Set([insuranceBack ? '7' : '9'])
  if (cashFen === 0) return new Set([insuranceBack ? '8' : '6'])
  return new Set([insuranceBack ? '11' : '10'])
}

/**
 * What became of the insurance part. `failed`: it never settled, whatever the cash did since. `unclear`: cash went back of an
 * order that was never seen settled, and nothing proves that it was.
 */
export type Insurance = 'none' | 'settled' | 'returned' | 'failed' | 'unclear'

/** The insurance part once the center says `ordStas`. `isProven`: with the number of its settlement (hiDocSn). */
export const insuranceAfter = (before: Insurance, ordStas: string, isProven: boolean): Insurance => {
  const isKnown = before === 'settled' || before === 'returned' || before === 'failed'
  switch (ordStas) {
    case '6':
      return 'settled'
    case '9':
    case '10':
      if (isKnown) return before
      return isProven ? 'settled' : 'unclear'
    case '7':
    case '8':
    case '11':
      return before === 'failed' ? 'failed' : 'returned'
    case '13':
    case '15':
    case '16':
      return before === 'settled' || before === 'returned' ? before : 'failed'
    case '12':
      return 'none'
    default:
      return before
  }
}
