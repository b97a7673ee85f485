// Owns how an answer's connection tells that nobody waits for the answer any more.
import type { FastifyReply } from 'fastify'
import type { WhenCallerLeft } from './operation-waits.ts'

export const whenCallerLeft =
  ({ raw }: FastifyReply): WhenCallerLeft =>
  (run) => {
    if (raw.destroyed) run()
    else raw.once('close', run)
  }
