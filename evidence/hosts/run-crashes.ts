// Owns crashes in a row, with calls that go on meanwhile: each caller has an answer within 2 s, an error of the open breaker
// included, and the memory of the agent stays flat.
import { setTimeout as wait } from 'node:timers/promises'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { decode, findHosts, openLibrary, ownMegabytes, tolerableMegabytes, type Given } from './open-library.ts'

const mostMs = 2_000
/** A site waits 30 s; the run shall end today. Everything else is as at a site. */
const breakerMs = 100
/** A cashier does not ask in a loop. */
const pauseMs = 5

export const runCrashes = async (target: Given, count: number) => {
  const library = openLibrary(target, 10_000, { breakerMs })
  let [answers, refusals, late, slowestMs, before] = [0, 0, 0, 0, 0]
  for (let crashes = 0; crashes < count;) {
    const startedMs = performance.now()
    const fault = await decode(library, 'SIM:segv:').catch((error: unknown) => error)
    const tookMs = performance.now() - startedMs
    if (!(fault instanceof AgentError)) throw new Error('a call that crashes was answered')
    answers += 1
    slowestMs = Math.max(slowestMs, tookMs)
    if (tookMs > mostMs) late += 1
    // Nothing is started while the breaker is open: it answers at once.
    if (tookMs < 1) {
      refusals += 1
      await wait(pauseMs)
    } else crashes += 1
    if (before === 0 && crashes >= count / 10) before = ownMegabytes()
  }
  const after = ownMegabytes()
  await library.close()
  const flat = after - before < tolerableMegabytes
  return {
    count,
    answers,
    refusals,
    late,
    slowestMs: Math.round(slowestMs),
    beforeMb: before,
    afterMb: after,
    flat,
    left: findHosts().length,
  }
}
