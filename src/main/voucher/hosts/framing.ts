// Owns how frames are cut out of a stream of bytes: u32 little-endian length, then JSON.
// It does not know what a frame says (contract/host/host-protocol.ts).

/** The largest frame, bytes. A longer length means that the stream is not ours, for example a vendor's printf. */
export const frameCapBytes = 8 * 1024 * 1024

const headBytes = 4

/** Raised when the bytes are no frames; the stream cannot be trusted from there on. */
export class FramingError extends Error {}

/**
 * One frame with its length in front.
 * @throws FramingError when the JSON is larger than `frameCapBytes`
 */
export const encodeFrame = (value: object): Buffer => {
  const body = Buffer.from(JSON.stringify(value), 'utf8')
  if (body.length > frameCapBytes) throw new FramingError(`a frame of ${body.length} bytes is above the cap`)
  const head = Buffer.alloc(headBytes)
  head.writeUInt32LE(body.length)
  return Buffer.concat([head, body])
}

export type FrameDecoder = {
  /**
   * Takes the next bytes, cut anywhere, and gives the frames that became complete, in order.
   * @throws FramingError on a length above the cap or a body that is not UTF-8 JSON
   */
  readonly push: (chunk: Uint8Array) => unknown[]
}

/** A decoder for one stream. It keeps at most one incomplete frame. */
export const createFrameDecoder = (): FrameDecoder => {
  let chunks: Uint8Array[] = []
  let heldBytes = 0
  let wantedBytes = headBytes
  let head = true

  // Joining only when a part is complete keeps a large frame in small chunks linear.
  const take = (): Buffer => {
    const held = Buffer.concat(chunks)
    const part = held.subarray(0, wantedBytes)
    const rest = held.subarray(wantedBytes)
    chunks = rest.length === 0 ? [] : [rest]
    heldBytes = rest.length
    return part
  }

  return {
    push: (chunk) => {
      const frames: unknown[] = []
      chunks.push(chunk)
      heldBytes += chunk.length
      while (heldBytes >= wantedBytes) {
        const part = take()
        if (head) {
          wantedBytes = part.readUInt32LE()
          if (wantedBytes > frameCapBytes) throw new FramingError(`a length of ${wantedBytes} bytes is above the cap`)
        } else {
          frames.push(parseBody(part))
          wantedBytes = headBytes
        }
        head = !head
      }
      return frames
    },
  }
}

const parseBody = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    // The parser's message quotes the text, which may be a patient's: it goes no further.
    throw new FramingError(
      `a frame of ${body.length} bytes is not UTF-8 JSON (${cause instanceof Error ? cause.name : 'unknown'})`,
    )
  }
}
