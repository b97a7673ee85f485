// Owns how the library's bytes become text. It does not look into the text.
import { AgentError } from '../../../core/domain/errors/errors.ts'

/** `auto`: UTF-8 or GB18030 (of which GBK is a part), whichever the bytes are and read as Chinese. */
export type OutputCharset = 'auto' | 'utf-8' | 'gb18030'

/**
 * The text of the library's bytes. Decoding comes before any parsing: a GBK character may contain the byte of `\`.
 * @throws AgentError DECODER_OUTPUT_INVALID when the bytes are text in none of the allowed charsets
 */
export const decodeText = (bytes: Uint8Array, charset: OutputCharset): string => {
  const candidates = charset === 'auto' ? (['utf-8', 'gb18030'] as const) : ([charset] as const)
  const [first, second] = candidates.flatMap((candidate) => decodeStrictly(bytes, candidate) ?? [])
  // 谢孝 and 肖协 in GBK are Cyrillic letters in UTF-8, which no library writes; Chinese in UTF-8 never reads so.
  if (first !== undefined) return second !== undefined && !isLikely(first) && hasChinese(second) ? second : first
  throw new AgentError('DECODER_OUTPUT_INVALID', {
    addition: `字符集不是 ${candidates.join(' 或 ')}, 请核对配置 outputCharset`,
    detail: { library: { stage: 'output', charset, bytes: bytes.length } },
  })
}

const hasChinese = (text: string): boolean => /\p{Script=Han}/u.test(text)

/** Plain characters alone, or Chinese among them. */
const isLikely = (text: string): boolean => !/[^\p{ASCII}]/u.test(text) || hasChinese(text)

const decodeStrictly = (bytes: Uint8Array, charset: 'utf-8' | 'gb18030'): string | undefined => {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
