// Owns what is said of a measurement: figures with or without a target, lines and tables in two languages, and the last
// line of JSON. It measures nothing.

export type Limit = { readonly atMost: number } | { readonly atLeast: number }

export type Figure = {
  /** For programs, stable. */
  readonly name: string
  /** For people, Chinese and English. */
  readonly label: string
  readonly value: number
  /** "x" for a ratio. */
  readonly unit: 'x' | 'ms' | 'us' | 'KB' | 'MB' | 'req/s' | 'pages'
  /** The issue's target; undefined: printed beside the targets. */
  readonly limit?: Limit
}

export const isMet = ({ value, limit }: Figure): boolean =>
  limit === undefined || ('atMost' in limit ? value <= limit.atMost : value >= limit.atLeast)

// Chinese characters and their punctuation take two columns of a terminal.
const widthOf = (text: string): number => text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0)

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))
const padLeft = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text

/** Rows as lines: the first column to the left, the others to the right. */
export const tableLines = (rows: readonly (readonly string[])[]): string[] => {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ''))))
  return rows.map((row) =>
    `  ${row.map((cell, at) => (at === 0 ? pad : padLeft)(cell, widths[at] ?? 0)).join('  ')}`.trimEnd(),
  )
}

/** Three digits that matter: 0.123, 1.23, 12.3, 123. */
export const digits = (value: number): string => {
  if (!Number.isFinite(value)) return '-'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
}

const valueText = ({ value, unit }: Figure): string => (unit === 'x' ? `${digits(value)}x` : `${digits(value)} ${unit}`)

const limitText = ({ limit, unit }: Figure): string => {
  if (limit === undefined) return ''
  const [sign, bound] = 'atMost' in limit ? ['<=', limit.atMost] : ['>=', limit.atLeast]
  return `${sign} ${bound}${unit === 'x' ? 'x' : ` ${unit}`}`
}

/** The table at the end: every target of the issue, the value, and whether it was met. */
export const targetLines = (figures: readonly Figure[]): string[] =>
  tableLines([
    ['目标 Target', '要求 limit', '实测 measured', ''],
    ...figures
      .filter(({ limit }) => limit !== undefined)
      .map((figure) => [
        figure.label,
        limitText(figure),
        valueText(figure),
        isMet(figure) ? '达到 met' : '未达到 NOT met',
      ]),
  ])

/** One line for programs. */
export const jsonLine = (facts: Readonly<Record<string, unknown>>, figures: readonly Figure[]): string =>
  JSON.stringify({
    ...facts,
    met: figures.every(isMet),
    figures: figures.map(({ name, value, unit, limit }) => ({
      name,
      value: Number(value.toPrecision(4)),
      unit,
      ...(limit === undefined ? {} : { limit, met: isMet({ name, label: '', value, unit, limit }) }),
    })),
  })
