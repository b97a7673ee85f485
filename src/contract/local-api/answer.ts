// Owns the shape of every answer of the local API, as its pages read it (docs/api.md).

export type Answer<Data> = {
  /** '0' for success, else a code of docs/errors.md. */
  readonly code: string
  /** For the cashier, Chinese. */
  readonly message: string
  readonly data: Data
  readonly requestId: string
}

/** Beside the data of any answer that is not a success. */
export type Refusal = {
  readonly messageEn?: string
  /** For the engineer, Chinese. */
  readonly hint?: string
  readonly operationId?: string
  /** Each names the field and what is wrong with it, Chinese. */
  readonly faults?: readonly string[]
}
