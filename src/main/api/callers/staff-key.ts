// Owns the staff's PIN of a kiosk: how it is stored, and that guessing it takes longer with every miss. A PIN of four digits has
// no strength of its own, so its hash is a slow one and the waiting is the lock.
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { AgentError } from '../../../core/domain/errors/errors.ts'

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)
const keyBytes = 32
const saltBytes = 16
/** Some 60 ms and 32 MiB a try. */
const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }

export type StaffWaits = { readonly firstMs: number; readonly atMostMs: number }
const defaultWaits: StaffWaits = { firstMs: 500, atMostMs: 20_000 }

/** Salt and hash of a PIN, hex, with a colon between: what the configuration holds. */
export const hashStaffPin = async (pin: string, salt = randomBytes(saltBytes)): Promise<string> =>
  `${salt.toString('hex')}:${(await derive(pin, salt, keyBytes, cost)).toString('hex')}`

const isRight = async (pin: string, stored: string): Promise<boolean> => {
  const salt = Buffer.from(stored.split(':')[0] ?? '', 'hex')
  const hash = Buffer.from(await hashStaffPin(pin, salt))
  const wanted = Buffer.from(stored)
  return hash.length === wanted.length && timingSafeEqual(hash, wanted)
}

/** Resolves when the PIN is right. Throws STAFF_KEY_WRONG late, and RATE_LIMITED at once while another try is looked at. */
export type CheckStaffPin = (pin: string) => Promise<void>

/** One count for the whole agent: it has one kiosk, and a new connection must not begin anew. */
export const createStaffCheck = (stored: string, { firstMs, atMostMs }: StaffWaits = defaultWaits): CheckStaffPin => {
  let misses = 0
  let busy = false
  return async (pin) => {
    if (busy) throw new AgentError('RATE_LIMITED', { detail: { retryAfterS: Math.ceil(atMostMs / 1000) } })
    busy = true
    try {
      if (await isRight(pin, stored)) {
        misses = 0
        return
      }
      await wait(Math.min(atMostMs, firstMs * 2 ** misses))
      misses += 1
    } finally {
      busy = false
    }
    throw new AgentError('STAFF_KEY_WRONG')
  }
}
