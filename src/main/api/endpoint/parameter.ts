// Owns what a name in an address may be (an order's number, an operation's): how long, and in its one form. A program that names
// it in a body instead is held to the same.
import { formProblem } from '../../../contract/check/one-form.ts'

/** Looked at first: whatever else is done with a name costs what its length costs. */
export const maxParameterLength = 64

export const lengthProblem = (text: string): string | undefined =>
  text.length > maxParameterLength ? `最长 ${maxParameterLength} 个字符` : undefined

/** What is wrong with a name, in Chinese; undefined when nothing is. */
export const parameterProblem = (text: string): string | undefined => lengthProblem(text) ?? formProblem(text)
