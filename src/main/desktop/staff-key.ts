// Owns the staff key that opens the kiosk: kept as a salted scrypt hash in the configuration, tried only a few times.
import { randomBytes, scrypt, scryptSync, timingSafeEqual, type ScryptOptions } from 'node:crypto'

const hashBytes = 32
const saltBytes = 16
export const maxKeyLength = 64
const minKeyLength = 6
const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }

/** For `desktop.kiosk.staffKey`. Throws a RangeError in Chinese when the key is too short or too long. */
export const hashStaffKey = (key: string, salt: Uint8Array = randomBytes(saltBytes)): string => {
  if (key.length < minKeyLength || key.length > maxKeyLength) {
    throw new RangeError(`口令应为 ${minKeyLength} 到 ${maxKeyLength} 个字符`)
  }
  return `${Buffer.from(salt).toString('hex')}:${scryptSync(key, salt, hashBytes, cost).toString('hex')}`
}

const deriveKey = (key: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(key, salt, hashBytes, cost, (error, hash) => {
      if (error === null) resolve(hash)
      else reject(error)
    })
  })

const isStaffKey = async (key: string, stored: string): Promise<boolean> => {
  const [salt = '', hash = ''] = stored.split(':')
  const expected = Buffer.from(hash, 'hex')
  const actual = await deriveKey(key, Buffer.from(salt, 'hex'))
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

export type StaffKeyLimits = {
  /** So many wrong ones in a row, then a pause. */
  readonly atMostWrong: number
  readonly pauseMs: number
}

export const defaultStaffKeyLimits: StaffKeyLimits = { atMostWrong: 5, pauseMs: 300_000 }

export type StaffKeyCheck = (key: unknown) => Promise<'right' | 'wrong' | 'wait'>

/** Takes whatever a page sent. One try at a time; after too many wrong ones every answer is `wait`, also to the right one. */
export const createStaffKeyCheck = (
  stored: string,
  monotonicMs: () => number,
  limits: StaffKeyLimits = defaultStaffKeyLimits,
): StaffKeyCheck => {
  let wrong = 0
  let notBeforeMs = -Infinity
  let busy = false
  return async (key) => {
    if (busy || monotonicMs() < notBeforeMs) return 'wait'
    busy = true
    try {
      const fits = typeof key === 'string' && key.length <= maxKeyLength && (await isStaffKey(key, stored))
      if (fits) {
        wrong = 0
        return 'right'
      }
      wrong += 1
      if (wrong >= limits.atMostWrong) {
        wrong = 0
        notBeforeMs = monotonicMs() + limits.pauseMs
      }
      return 'wrong'
    } finally {
      busy = false
    }
  }
}
