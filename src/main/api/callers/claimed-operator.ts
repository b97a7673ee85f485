// Owns the operator that a caller names beside the interface's own fields. It is what the caller claims; who it is was
// proven by the token.
export type Claimed = { readonly operator: string; readonly rest: Readonly<Record<string, unknown>> }

/** Parts a body from its operator, which is no part of what is asked: another cashier may repeat a call. */
export const takeOperator = ({ operator, ...rest }: Readonly<Record<string, unknown>>): Claimed => {
  return { operator: typeof operator === 'string' ? operator : '', rest }
}
