// Owns what one row of the error table says. The rows are call-errors.ts and machine-errors.ts.

/** What a caller may do after the error. `never`: the same call fails again; `fix`: change the input first. */
export type RetryAdvice = 'never' | 'fix' | 'later' | 'ask'

export type ErrorEntry = {
  /** For the cashier: what is wrong, in Chinese. */
  readonly zh: string
  /** The same in English. */
  readonly en: string
  /** For the engineer: where to look, in Chinese. */
  readonly hint: string
  /** `later`: repeat the same call later; `ask`: query the order before anything else. */
  readonly retry: RetryAdvice
}

/** A row: Chinese, English, the engineer's hint, what the caller may do. */
export const entry = (zh: string, en: string, hint: string, retry: RetryAdvice): ErrorEntry => ({ zh, en, hint, retry })
