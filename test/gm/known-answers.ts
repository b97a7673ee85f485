// Owns reading the known answers, and hex to bytes and back; what they mean is said in the tests.
import knownAnswers from './fixtures/known-answers.json' with { type: 'json' }

export { knownAnswers }

export const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex')
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8')
