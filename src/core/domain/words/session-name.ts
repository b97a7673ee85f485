// Owns how a session of the agent's own pages is named after what it was opened for, and which names are therefore no token's:
// what a name has made is found by it in the journal. Pure.

/** Random bytes in a session's name. */
export const sessionNameBytes = 3
const sessionEnd = new RegExp(`^-[0-9a-f]{${sessionNameBytes * 2}}$`)

/** `end`: `sessionNameBytes` random bytes, hex. */
export const sessionName = (base: string, end: string): string => `${base}-${end}`

/** What a session of this name is named after; its page, but for the kiosk's. */
export const baseOfSession = (name: string): string =>
  name.slice(0, -sessionName('', '00'.repeat(sessionNameBytes)).length)

/** Whether a name is that of a session named after `base`; `zzj-2` is none of `zzj`. */
export const isSessionOf = (base: string, name: string): boolean =>
  name.startsWith(base) && sessionEnd.test(name.slice(base.length))
