// Owns how long the refusal of a wrong token is held back. What keeps a token from being guessed is its 256 bits; this keeps a
// guesser from taking the agent's time.
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { ErrorCode } from '../../../core/domain/errors/error-table.ts'

const firstMs = 100
const atMostMs = 2_000
const atMostHeld = 32

const pairingGuesses = ['PAIRING_CODE_INVALID', 'LINK_INVALID'] as const
const guessed: ReadonlySet<ErrorCode> = new Set([
  'TOKEN_INVALID',
  'SIGNATURE_INVALID',
  'TICKET_INVALID',
  ...pairingGuesses,
])

/**
 * Resolves when a refusal with this code may leave: at once for any but a wrong token, later with every wrong one of the same
 * connection. It cannot lock out the HIS, though a page or program that guesses shares 127.0.0.1 with it: the count stands by
 * the connection, which is one program's; only the refusal is held, a valid token never comes here; and of the connections at
 * most 32 are held, further guessers lose theirs.
 */
export type HoldRefusal = (socket: Socket, code: ErrorCode | undefined) => Promise<void>

export const createSlowRefusal = (): HoldRefusal => {
  const wrong = new WeakMap<Socket, number>()
  let held = 0
  return async (socket, code) => {
    if (code === undefined || !guessed.has(code)) return
    const before = wrong.get(socket) ?? 0
    wrong.set(socket, before + 1)
    if (held >= atMostHeld) {
      socket.destroy()
      return
    }
    held += 1
    await wait(Math.min(atMostMs, firstMs * 2 ** before))
    held -= 1
  }
}
