// Owns what text the bytes of a center are: UTF-8 as the standard has it, or GBK, which some gateways write.
import { encodeGb18030 } from '../../contract/check/gb18030.ts'

/** `auto`: UTF-8, and GBK where the bytes are no UTF-8. */
export type CenterCharset = 'auto' | 'utf-8' | 'gbk'

export type ReadText = { readonly text: string; readonly charset: 'utf-8' | 'gbk' }

const decode = (bytes: Uint8Array, label: string): string => new TextDecoder(label, { fatal: true }).decode(bytes)

/** Throws a TypeError when the bytes are no text in that charset. */
export const readText = (bytes: Uint8Array, charset: CenterCharset = 'auto'): ReadText => {
  if (charset !== 'gbk') {
    try {
      return { text: decode(bytes, 'utf-8'), charset: 'utf-8' }
    } catch (error) {
      if (charset === 'utf-8') throw error
    }
  }
  return { text: decode(bytes, 'gb18030'), charset: 'gbk' }
}

export const writeText = (text: string, charset: ReadText['charset']): Uint8Array =>
  charset === 'gbk' ? encodeGb18030(text) : Buffer.from(text, 'utf8')
