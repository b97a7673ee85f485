// Owns how a right call is made wrong, one kind at a time: surplus fields beside a wrong one, an identifier with blanks around it,
// a body that its Content-Length cuts off, a value of the wrong type, a caller whose order it is not. Whatever comes out must
// change nothing; that it did not is seen in the center's ledger (money-story.ts).
import type { SeededRandom } from '../seeded-random.ts'
import { writeCall, type Fields, type MoneyCall, type Way, type Written } from './money-calls.ts'

export const kinds = ['surplus', 'padded', 'cut', 'types', 'stranger'] as const
export type Kind = (typeof kinds)[number]

/** `length`: what Content-Length says, where it is not the body's. */
export type WrongCall = Written & { readonly length?: number }

/** Below, at and far beyond what a check may give up at. */
const surplusCounts = [1, 49, 50, 51, 199, 1_000, 10_000] as const
/** Wrong for every field that is no list, however the body is written. */
const wrongValues = [{}, { success: {} }, ['x'], 'x'.repeat(5_000), '\u0000'] as const
/** A number is wrong in JSON alone: in a form it is text, which some fields may hold. */
const valuesWrongIn = (way: Way): readonly [unknown, ...unknown[]] =>
  way === 'form' || way === 'formGbk' ? wrongValues : [...wrongValues, Number.MAX_VALUE]
const pads = [' ', '  ', '\t', '\r\n', '\u3000', '\u00a0', '\u200b', '\ufeff', '\u0000', '\u2028'] as const
const deadlyAmounts = ['99999.999', '-1.00', '1e400', 'NaN', '99999999999999999999.00'] as const

type Path = readonly [string, ...string[]]

/** The paths of all fields with a plain value; those of a list's first element with it. */
const pathsOf = (value: unknown, before: readonly string[] = []): Path[] => {
  if (typeof value !== 'object' || value === null) return before.length === 0 ? [] : [before as Path]
  const entries = Array.isArray(value) ? Object.entries(value.slice(0, 1)) : Object.entries(value)
  return entries.flatMap(([name, member]) => pathsOf(member, [...before, name]))
}

const changed = (value: unknown, [name, ...rest]: readonly string[], to: (old: unknown) => unknown): unknown => {
  if (name === undefined) return to(value)
  if (Array.isArray(value))
    return (value as unknown[]).map((item, at) => (String(at) === name ? changed(item, rest, to) : item))
  const fields = value as Fields
  return { ...fields, [name]: changed(fields[name], rest, to) }
}

/** Fields that name something, by the contract's tables; descriptions, names of departments and amounts are none. */
const identifiers =
  /^(medOrgOrd|payOrdId|appRefdSn|operator|payAuthNo|ecToken|mdtrtId|idNo|userName|idType|psnNo|iptOtpNo|chrgBchno|feedetlSn|insutype)$/

const padded = (text: string, random: SeededRandom): string => {
  const pad = random.pick(pads)
  return random.pick([text + pad, pad + text, pad + text + pad])
}

const withWrongValue = (body: Fields, way: Way, random: SeededRandom): Fields => {
  const paths = pathsOf(body)
  const path = paths[random.integer(0, paths.length - 1)]
  if (path === undefined) return { wrong: {} }
  const isAmount = path.at(-1)?.endsWith('Amt') === true
  const value = isAmount && random.chance(0.7) ? random.pick(deadlyAmounts) : random.pick(valuesWrongIn(way))
  return changed(body, path, () => value) as Fields
}

/** Names that no table has, in front of the right ones, behind them or in the first object inside. */
const withSurplus = (body: Fields, random: SeededRandom): Fields => {
  const count = random.pick(surplusCounts)
  const surplus = Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at % 2]))
  const inner = Object.keys(body).find((name) => typeof body[name] === 'object' && !Array.isArray(body[name]))
  if (inner !== undefined && random.chance(0.5)) return { ...body, [inner]: { ...(body[inner] as Fields), ...surplus } }
  return random.chance(0.5) ? { ...surplus, ...body } : { ...body, ...surplus }
}

const shuffled = (body: Fields, random: SeededRandom): Fields => {
  const entries = Object.entries(body)
  for (let at = entries.length - 1; at > 0; at--) {
    const other = random.integer(0, at)
    const [one, two] = [entries[at], entries[other]]
    if (one !== undefined && two !== undefined) [entries[at], entries[other]] = [two, one]
  }
  return Object.fromEntries(entries)
}

/** `written` in which its sender counted characters, or is a few bytes short. */
const cut = (written: Written, random: SeededRandom): WrongCall => {
  const characters = new TextDecoder(written.contentType.includes('gbk') ? 'gb18030' : 'utf-8').decode(
    written.body,
  ).length
  const short = written.body.length - random.integer(1, Math.min(8, written.body.length - 1))
  return { ...written, length: characters < written.body.length && random.chance(0.6) ? characters : short }
}

/** `call` on the order `number`, whose right body is `body`, made wrong in the way of `kind`. */
export const spoilCall = (
  kind: Kind,
  call: MoneyCall,
  number: string,
  body: Fields,
  way: Way,
  random: SeededRandom,
): WrongCall => {
  switch (kind) {
    case 'surplus':
      return writeCall(
        call,
        number,
        withSurplus(random.chance(0.8) ? withWrongValue(body, way, random) : body, random),
        way,
      )
    case 'types':
      return writeCall(call, number, withWrongValue(body, way, random), way)
    case 'padded': {
      const paths = pathsOf(body).filter((path) => identifiers.test(path.at(-1) ?? ''))
      const path = random.chance(0.7) ? paths[random.integer(0, paths.length - 1)] : undefined
      const pad = (old: unknown): unknown => padded(String(old), random)
      if (path !== undefined) return writeCall(call, number, changed(body, path, pad) as Fields, way)
      if (call.code !== '6201') return writeCall(call, padded(number, random), body, way)
      return writeCall(call, number, changed(body, ['medOrgOrd'], pad) as Fields, way)
    }
    case 'cut': {
      // What a name or remark beyond ASCII adds to the bytes is what such a sender forgets.
      const named = 'operator' in body ? { ...body, operator: '测试收费员' } : body
      return cut(writeCall(call, number, shuffled(named, random), way), random)
    }
    case 'stranger':
      return writeCall(call, number, body, way)
  }
}
