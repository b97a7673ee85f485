// Owns the step between a profile's call, in text, and the frames of a host, in the library's bytes.
import type { HostCall, HostReturned } from '../../contract/host/host-protocol.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { decodeText } from './charset/decode-text.ts'
import { encodeText } from './charset/encode-text.ts'
import { encodeFrame, FramingError } from './hosts/framing.ts'
import { faultOfOpening, faultOfOutput } from './library/library-faults.ts'
import type { LibraryProfile } from './library/library-profile.ts'
import type { LibraryCall, PlainAnswer } from './library/profile-kind.ts'

const successes: readonly string[] = ['0', '0000']

/** The frame of a call. The keys stand in the protocol's order. */
export const makeCallFrame = (id: number, call: LibraryCall, profile: LibraryProfile): HostCall => ({
  type: 'call',
  id,
  function: call.function,
  arguments: call.arguments.map((value) =>
    typeof value === 'number' ? value : encodeText(value, profile.inputCharset).toString('base64'),
  ),
  deadlineMs: profile.deadlineMs,
})

const longestId = 0xffff_ffff

/** Before a call waits for its turn: one that no frame holds is its caller's fault, and nobody else's. @throws AgentError INVALID_FIELDS */
export const assertSendable = (call: LibraryCall, profile: LibraryProfile): void => {
  try {
    encodeFrame(makeCallFrame(longestId, call, profile))
  } catch (cause) {
    if (!(cause instanceof FramingError)) throw cause
    throw new AgentError('INVALID_FIELDS', { addition: '交给动态库的内容过长', cause })
  }
}

/**
 * What the library said, as its profile reads it.
 * @throws AgentError DECODER_OUTPUT_INVALID
 */
export const readReturn = (reply: HostReturned, call: LibraryCall, profile: LibraryProfile): PlainAnswer => {
  if (reply.unterminated) throw faultOfOutput('unterminated', profile)
  const decode = (text: string): string => decodeText(Buffer.from(text, 'base64'), profile.outputCharset)
  return profile.kind.read({ status: decode(reply.status), outputs: reply.outputs.map(decode) }, call)
}

/** @throws AgentError DECODER_UNAVAILABLE when the library's opening call did not succeed */
export const assertOpened = (reply: HostReturned, call: LibraryCall, profile: LibraryProfile): void => {
  const { status, output } = readReturn(reply, call, profile)
  if (!successes.includes(status)) throw faultOfOpening(status, output)
}
