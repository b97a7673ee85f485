// Owns the named forms in which centers write `data` for their signature (RULES 3.8): the copies of the standard's code in use
// differ on numbers, booleans and what is empty. Which of them fits a center is remembered here; verifying is envelope.ts.
import { canonicalJsonText, type CanonicalStyle } from '../../contract/check/json-text.ts'

type Empties = 'kept' | 'listsDropped' | 'dropped'

/** Scalars in their own text or as strings; empty lists and objects kept, the lists dropped, both dropped. */
export type SignatureForm = `${CanonicalStyle['scalars']}-${Empties}`

const emptiesOf: Readonly<Record<Empties, Pick<CanonicalStyle, 'emptyLists' | 'emptyObjects'>>> = {
  listsDropped: { emptyLists: 'dropped', emptyObjects: 'kept' },
  dropped: { emptyLists: 'dropped', emptyObjects: 'dropped' },
  kept: { emptyLists: 'kept', emptyObjects: 'kept' },
}

/** The likeliest first. */
export const signatureForms: readonly SignatureForm[] = (['text', 'strings'] as const).flatMap((scalars) =>
  (['listsDropped', 'dropped', 'kept'] as const).map((empties) => `${scalars}-${empties}` as const),
)

/** `data` as this form writes it. */
export const writeInForm = (form: SignatureForm, data: unknown): string => {
  const [scalars, empties] = form.split('-') as [CanonicalStyle['scalars'], Empties]
  return canonicalJsonText(data, { scalars, emptyTexts: 'dropped', ...emptiesOf[empties] })
}

const scalarNames = { text: '数字和布尔值原样', strings: '数字和布尔值作字符串' } as const
const emptyNames = { kept: '空列表和空对象保留', listsDropped: '空列表略去', dropped: '空列表和空对象略去' } as const

/** The form in Chinese, for those who look at the status. */
export const nameOfForm = (form: SignatureForm): string => {
  const [scalars, empties] = form.split('-') as [CanonicalStyle['scalars'], Empties]
  return `${scalarNames[scalars]}, ${emptyNames[empties]}`
}

/** What is known of a center's form, in Chinese: "" before a reply told forms apart. */
export const describeForms = (fitting: readonly SignatureForm[]): string =>
  fitting.length === signatureForms.length ? '' : fitting.map(nameOfForm).join(' / ')

export type FormMemory = {
  /** The forms that fit every reply so far; all of them before the first reply that tells them apart. */
  readonly fitting: () => readonly SignatureForm[]
  /** A reply verified under exactly these forms, which all write it alike. */
  readonly note: (forms: readonly SignatureForm[]) => void
}

/** `onChange` is told whenever what fits is known better, or has become another. */
export const createFormMemory = (onChange: (fitting: readonly SignatureForm[]) => void): FormMemory => {
  let fitting = signatureForms
  return {
    fitting: () => fitting,
    note: (forms) => {
      const still = fitting.filter((form) => forms.includes(form))
      // A center that signs differently from now on was exchanged or updated: what it did before no longer counts.
      const next = still.length > 0 ? still : forms
      if (next.length === fitting.length && next.every((form) => fitting.includes(form))) return
      fitting = next
      onChange(fitting)
    },
  }
}
