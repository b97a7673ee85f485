// Owns decodes in a row: the memory of the agent stays flat, and nothing is left when it closes.
import { decode, findHosts, openLibrary, ownMegabytes, tolerableMegabytes, type Given } from './open-library.ts'

export const runDecodes = async (target: Given, count: number) => {
  const library = openLibrary(target, 10_000)
  // Code is compiled and tables are made in the first tenth.
  const warmUp = Math.ceil(count / 10)
  for (let at = 1; at <= warmUp; at++) await decode(library, String(at))
  const before = ownMegabytes()
  for (let at = warmUp + 1; at <= count; at++) {
    const { status } = await decode(library, String(at))
    if (status !== '0000') throw new Error(status)
  }
  const after = ownMegabytes()
  await library.close()
  return {
    count,
    beforeMb: before,
    afterMb: after,
    flat: after - before < tolerableMegabytes,
    left: findHosts().length,
  }
}
