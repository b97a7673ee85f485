// Owns what a part of the bench is given and how it is named; run.ts holds the list of parts.
import type { Figure } from './report.ts'

export type Bench = {
  /** How many rounds to run of those a full run has. */
  readonly rounds: (full: number) => number
  readonly print: (...lines: readonly string[]) => void
  readonly record: (figure: Figure) => void
}

export type Part = {
  /** For `--only`. */
  readonly name: string
  /** Chinese and English. */
  readonly title: string
  readonly run: (bench: Bench) => Promise<void>
}
