// Owns from bytes to fields for programs that name no charset, or put their token into the body: which charset holds, and
// who calls. It never guesses: what nobody declared is UTF-8 by JSON's own standard, or refused.
import type { Fields } from '../../../contract/check/json-text.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { jsonLimits, type JsonLimits } from '../../../contract/check/json-limits.ts'
import { readJsonObject, unknownLimits } from '../requests/read-json.ts'
import { declaredCharset, decodes, decodeText, type Charset } from '../requests/read-text.ts'
import type { Caller, OldHabits } from '../callers/tokens.ts'
import { readForm, showsFormEnd, unescapeForm } from './read-form.ts'

type Kind = 'json' | 'text' | 'form'

// Internet Explorer's XDomainRequest sends text/plain, or no type at all.
const kinds: Readonly<Record<string, Kind>> = {
  'application/json': 'json',
  'text/json': 'json',
  'text/plain': 'text',
  '': 'text',
  'application/x-www-form-urlencoded': 'form',
}

const kindOf = (contentType: string): Kind => {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined
  if (kind === undefined) throw new AgentError('UNSUPPORTED_MEDIA')
  return kind
}

const readFields = (bytes: Buffer, kind: Kind, charset: Charset, limits: JsonLimits): Fields =>
  kind === 'form' ? readForm(bytes, charset) : readJsonObject(decodeText(bytes, charset), limits)

const plainBytes = (bytes: Buffer, kind: Kind): Buffer => (kind === 'form' ? (unescapeForm(bytes) ?? bytes) : bytes)

const isAscii = (bytes: Buffer): boolean => bytes.every((byte) => byte < 0x80)

export type Received = {
  readonly kind: Kind
  /** False for a form that may have lost its end without a trace. JSON, in `data` too, shows its own end. */
  readonly showsEnd: boolean
  readonly fields: Fields
  readonly caller: Caller & OldHabits
  /** What the answer is written in; undefined when nobody said and nothing but ASCII came. */
  readonly charset: Charset | undefined
}

/**
 * `authenticated`: whoever the header's token named; else `findByToken` is asked with the body's. Throws UNSUPPORTED_MEDIA,
 * CHARSET_UNKNOWN, BAD_JSON, INVALID_FIELDS and what `findByToken` throws.
 */
export const receive = (
  bytes: Buffer,
  contentType: string,
  authenticated: (Caller & OldHabits) | undefined,
  findByToken: (token: unknown) => Caller & OldHabits,
): Received => {
  const kind = kindOf(contentType)
  const limits = authenticated === undefined ? unknownLimits : jsonLimits
  const showsEnd = (fields: Fields): boolean => kind !== 'form' || fields['data'] !== undefined || showsFormEnd(bytes)
  const habitOf = (caller: OldHabits): Charset | undefined => caller.charset ?? (kind === 'json' ? 'utf-8' : undefined)
  const said = declaredCharset(contentType) ?? (authenticated === undefined ? undefined : habitOf(authenticated))
  if (said !== undefined) {
    const fields = readFields(bytes, kind, said, limits)
    return {
      fields,
      caller: authenticated ?? findByToken(fields['token']),
      charset: said,
      kind,
      showsEnd: showsEnd(fields),
    }
  }
  // The caller's setting decides, and who the caller is stands in the body: tokens are ASCII, so either reading finds it.
  const plain = plainBytes(bytes, kind)
  const trial: Charset = decodes(plain, 'utf-8') || !decodes(plain, 'gbk') ? 'utf-8' : 'gbk'
  const fields = readFields(bytes, kind, trial, limits)
  const caller = authenticated ?? findByToken(fields['token'])
  const charset = habitOf(caller)
  if (charset === undefined && !isAscii(plain)) throw new AgentError('CHARSET_UNKNOWN')
  return {
    fields: charset === undefined || charset === trial ? fields : readFields(bytes, kind, charset, limits),
    caller,
    charset,
    kind,
    showsEnd: showsEnd(fields),
  }
}
