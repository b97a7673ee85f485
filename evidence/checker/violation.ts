// Owns the kinds of violation and what is counted of them. Finding them is the rules' files.

export const violationKinds = ['doubleCharged', 'doubleRefunded', 'lostAnswers', 'changedAnswers', 'stuck'] as const
export type ViolationKind = (typeof violationKinds)[number]

/** One broken promise, as a sentence that names the order. */
export type Violation = { readonly kind: ViolationKind; readonly medOrgOrd: string; readonly sentence: string }

export type Counts = Readonly<Record<ViolationKind, number>>

/** How many violations there are of each kind. */
export const countViolations = (violations: readonly Violation[]): Counts =>
  Object.fromEntries(
    violationKinds.map((kind) => [kind, violations.filter((violation) => violation.kind === kind).length]),
  ) as Record<ViolationKind, number>
