// Owns the frames between the agent and a decoder host, for every host, in whatever language it is written.
// It does not know how frames are cut out of bytes (voucher/framing.ts) nor what the library's text means.
//
// A frame is a u32 little-endian byte count (at most 8 MiB) and that many bytes of JSON: one flat object, so that a
// host in C can read and write it without a JSON library. The library's texts travel as base64 of its own bytes, in
// its own charset. The host gets frames on stdin and sends them on file descriptor 3, because vendor libraries print
// to stdout. It gets `<library path> <symbol> <pointer|int>` as arguments, says `ready` or `fatal` first, then answers
// each `call` with one `reply`. When its stdin ends it kills itself, whatever the library is doing.
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'

const base64 = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$' })
const strict = { additionalProperties: false }

/** The library is loaded and the function found. */
export const hostReady = Type.Object(
  {
    type: Type.Literal('ready'),
    /** Width of the host process: 32 or 64. */
    bits: Type.Union([Type.Literal(32), Type.Literal(64)]),
    /** The exported name that was found; on 32-bit Windows possibly decorated, `_NationEcTrans@12`. */
    symbol: Type.String(),
    pid: Type.Integer({ minimum: 1 }),
  },
  strict,
)

/** The host cannot serve and ends itself. Codes are those of Windows on every system; 0 when nothing fits. */
export const hostFatal = Type.Object(
  {
    type: Type.Literal('fatal'),
    stage: Type.Union([Type.Literal('arguments'), Type.Literal('load'), Type.Literal('symbol')]),
    /** 126 a file is missing (usually a dependency), 127 no such function, 193 wrong architecture or no library. */
    code: Type.Integer({ minimum: 0 }),
    /** The loader's own words, for the engineer. */
    message: Type.Optional(Type.String({ maxLength: 4096 })),
  },
  strict,
)

/** One call of the library. The host has one call in flight; the agent does not send another before the reply. */
export const hostCall = Type.Object(
  {
    type: Type.Literal('call'),
    id: Type.Integer({ minimum: 1 }),
    /** Printable ASCII without quote and backslash, so that it needs no escape. */
    url: Type.String({ pattern: '^[!#-\\[\\]-~]*$', maxLength: 2048 }),
    /** The request's bytes in the library's charset; the host adds the NUL. */
    in: base64,
    /** Size of the output buffer, bytes. */
    capBytes: Type.Integer({ minimum: 1, maximum: 4 * 1024 * 1024 }),
    /** After this the host replies `deadline` and kills itself, milliseconds. */
    deadlineMs: Type.Integer({ minimum: 1 }),
  },
  strict,
)

/** The library returned. */
export const hostReturned = Type.Object(
  {
    type: Type.Literal('reply'),
    id: Type.Integer({ minimum: 1 }),
    ok: Type.Literal(true),
    /** The returned text, or the number as decimal text; empty for a null pointer. */
    status: base64,
    /** Time inside the library, microseconds. */
    elapsedUs: Type.Integer({ minimum: 0 }),
    /** No NUL in the output buffer; `out` is then the whole buffer. */
    unterminated: Type.Boolean(),
    /** The output up to its NUL. */
    out: base64,
  },
  strict,
)

/**
 * The call has no usable answer. `deadline`: the library did not return in time, the host ends. `overrun`: it wrote
 * past the output buffer, the host must not be used again. `request`: the call frame was not understood.
 */
export const hostFailed = Type.Object(
  {
    type: Type.Literal('reply'),
    id: Type.Integer({ minimum: 1 }),
    ok: Type.Literal(false),
    error: Type.Union([Type.Literal('deadline'), Type.Literal('overrun'), Type.Literal('request')]),
  },
  strict,
)

/** Everything that a host may send. */
export const hostFrame = Type.Union([hostReady, hostFatal, hostReturned, hostFailed])

export type HostReady = Static<typeof hostReady>
export type HostFatal = Static<typeof hostFatal>
export type HostCall = Static<typeof hostCall>
export type HostReturned = Static<typeof hostReturned>
export type HostFailed = Static<typeof hostFailed>
export type HostFrame = Static<typeof hostFrame>

/** A host's memory is shared with a vendor library: nothing it sends is believed unread. */
export const isHostFrame = (value: unknown): value is HostFrame => Check(hostFrame, value)
