// Owns how an answer's connection tells that nobody waits for the answer any more.
import type { FastifyReply } from 'fastify'
import type { WhenGone } from './operation-waits.ts'

export const whenGone =
  ({ raw }: FastifyReply): WhenGone =>
  (run) => {
    if (raw.destroyed) run()
    else raw.once('close', run)
  }
