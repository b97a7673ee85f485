// Owns how the library's bytes become text. It does not look into the text.
import { AgentError } from '../domain/errors.ts'

/** `auto`: strict UTF-8, else GB18030 (of which GBK is a part). */
export type OutputCharset = 'auto' | 'utf-8' | 'gb18030'

/**
 * The text of the library's bytes. Decoding comes before any parsing: a GBK character may contain the byte of `\`.
 * @throws AgentError DECODER_OUTPUT_INVALID when the bytes are text in none of the allowed charsets
 */
export const decodeText = (bytes: Uint8Array, charset: OutputCharset): string => {
  const candidates = charset === 'auto' ? (['utf-8', 'gb18030'] as const) : ([charset] as const)
  for (const candidate of candidates) {
    const text = decodeStrictly(bytes, candidate)
    if (text !== undefined) return text
  }
  throw new AgentError('DECODER_OUTPUT_INVALID', {
    addition: `字符集不是 ${candidates.join(' 或 ')}, 请核对配置 outputCharset`,
    detail: { library: { stage: 'output', charset, bytes: bytes.length } },
  })
}

const decodeStrictly = (bytes: Uint8Array, charset: 'utf-8' | 'gb18030'): string | undefined => {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
