// Owns the frames between the agent and a decoder host, for every host, in whatever language it is written.
// It does not know how frames are cut out of bytes (voucher/hosts/framing.ts) nor what the library's text means.
//
// A frame is a u32 little-endian byte count (at most 8 MiB) and that many bytes of JSON: one object with exactly these
// keys in this order and no white space, so that a host in C reads and writes it without a JSON library. The library's
// texts travel as base64 of its own bytes, in its own charset. The host gets frames on stdin and sends them on file
// descriptor 3, because vendor libraries print to stdout. Its arguments are `<library path> <function>...`, a function
// being `name:kinds:return` (host-function.ts). It says `ready` or `fatal` first, then answers each
// request with one frame; the agent sends nothing before that. A request that is anything else ends it, and when its
// stdin ends it ends itself, whatever the library is doing.
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'

const base64Pattern = '^[A-Za-z0-9+/]*={0,2}$'
const base64 = Type.String({ pattern: base64Pattern })
const strict = { additionalProperties: false }
const requestId = Type.Integer({ minimum: 1, maximum: 0xffff_ffff })

/** All output buffers of one call together, bytes, so that the reply fits in a frame. */
export const maxOutputBytes = 5 * 1024 * 1024

/** The library is loaded and the functions found. */
export const hostReady = Type.Object(
  {
    type: Type.Literal('ready'),
    /** Width of the host process: 32 or 64. */
    bits: Type.Union([Type.Literal(32), Type.Literal(64)]),
    /** The exported names that were found; on 32-bit Windows possibly decorated, `_NationEcTrans@12`. */
    symbols: Type.Array(Type.String({ maxLength: 80 }), { maxItems: 16 }),
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
    /** UTF-8 as base64: the loader's own words, possibly none, or the function that is missing. */
    message: Type.String({ pattern: base64Pattern, maxLength: 8192 }),
  },
  strict,
)

/** One call of one of the library's functions. */
export const hostCall = Type.Object(
  {
    type: Type.Literal('call'),
    id: requestId,
    function: Type.String({ pattern: '^\\w{1,64}$' }),
    /** A text: its bytes in the library's charset, the host adds the NUL. A buffer: its size in bytes. */
    arguments: Type.Array(Type.Union([base64, Type.Integer({ minimum: 1, maximum: maxOutputBytes })]), {
      minItems: 1,
      maxItems: 4,
    }),
    /** After this the host replies `deadline` and ends itself, milliseconds. */
    deadlineMs: Type.Integer({ minimum: 1, maximum: 0x7fff_ffff }),
  },
  strict,
)

/** Asks whether the host still listens; the library is not touched. */
export const hostPing = Type.Object({ type: Type.Literal('ping'), id: requestId }, strict)

/** The library returned. */
export const hostReturned = Type.Object(
  {
    type: Type.Literal('reply'),
    id: requestId,
    ok: Type.Literal(true),
    /** The returned text, or the number as decimal text; empty for a null pointer. */
    status: base64,
    /** Time inside the library, microseconds. */
    elapsedUs: Type.Integer({ minimum: 0 }),
    /** Memory of the host process, KiB; 0 when unknown. */
    memoryKb: Type.Integer({ minimum: 0 }),
    /** Each buffer up to its NUL, in the order of the arguments. */
    outputs: Type.Array(base64, { maxItems: 4 }),
    /** A buffer has no NUL; its output is then the whole buffer. */
    unterminated: Type.Boolean(),
  },
  strict,
)

/**
 * The call has no usable answer. `deadline`: the library did not return in time, the host ends. `overrun`: it wrote
 * past an output buffer, the host must not be used again.
 */
export const hostFailed = Type.Object(
  {
    type: Type.Literal('reply'),
    id: requestId,
    ok: Type.Literal(false),
    error: Type.Union([Type.Literal('deadline'), Type.Literal('overrun')]),
  },
  strict,
)

/** The answer to a ping. */
export const hostPong = Type.Object({ type: Type.Literal('pong'), id: requestId }, strict)

/** Everything that a host may send. */
export const hostFrame = Type.Union([hostReady, hostFatal, hostReturned, hostFailed, hostPong])

/** Everything that a host may be sent. */
export const hostRequest = Type.Union([hostCall, hostPing])

export type HostReady = Static<typeof hostReady>
export type HostFatal = Static<typeof hostFatal>
export type HostCall = Static<typeof hostCall>
export type HostReturned = Static<typeof hostReturned>
export type HostFailed = Static<typeof hostFailed>
export type HostPong = Static<typeof hostPong>
export type HostFrame = Static<typeof hostFrame>
export type HostRequest = Static<typeof hostRequest>

/** A host's memory is shared with a vendor library: nothing it sends is believed unread. */
export const isHostFrame = (value: unknown): value is HostFrame => Check(hostFrame, value)
