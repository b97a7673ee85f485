// Owns how a scanner's bytes become codes: pure, no port and no clock.
// It does not know who waits for a code (scan-delivery.ts).

export type ScanFramerOptions = {
  /** Each of these characters ends a code; CR LF therefore works as one end. */
  readonly terminators: string
  /** A longer code is dropped up to its terminator, bytes. */
  readonly maxCodeBytes: number
}

export type ScanFramer = {
  /** Takes the next bytes, cut anywhere, and gives the codes that became complete, in order. */
  readonly push: (bytes: Uint8Array) => string[]
  /** True once a terminator has come, whatever it ended. */
  readonly sawTerminator: () => boolean
  /** True while a code has begun and not ended. */
  readonly pending: () => boolean
  /** The scanner went silent: what is held is a code without a terminator; undefined when there is none. */
  readonly flush: () => string | undefined
  /** The scanner was unplugged: half a code is no code. */
  readonly discard: () => void
}

/** A framer for one scanner. Control characters (STX and the like) are no part of a code; empty codes do not exist. */
export const createScanFramer = ({ terminators, maxCodeBytes }: ScanFramerOptions): ScanFramer => {
  const ends = new Set(Buffer.from(terminators, 'ascii'))
  let held: number[] = []
  let tooLong = false
  let terminated = false

  const take = (): string | undefined => {
    const code = tooLong ? '' : Buffer.from(held).toString('utf8')
    held = []
    tooLong = false
    return code === '' ? undefined : code
  }

  return {
    push: (bytes) => {
      const codes: string[] = []
      for (const byte of bytes) {
        if (ends.has(byte)) {
          terminated = true
          const code = take()
          if (code !== undefined) codes.push(code)
        } else if (byte >= 0x20 && byte !== 0x7f) {
          if (held.length < maxCodeBytes) held.push(byte)
          else tooLong = true
        }
      }
      return codes
    },
    sawTerminator: () => terminated,
    pending: () => held.length > 0,
    flush: take,
    discard: () => void take(),
  }
}

/** What may be shown of a code: its ends and its length. The code itself is a credential while it is valid. */
export const maskCode = (code: string): string =>
  code.length < 12 ? `**** (${code.length})` : `${code.slice(0, 2)}****${code.slice(-2)} (${code.length})`
