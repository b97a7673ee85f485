// Owns a 6301 that may wait for the center: an operation whose id stays valid until it is answered. Asking at once is
// query-order.ts.
import type { Dependencies } from '../base/dependencies.ts'
import { performOperation, type Performed } from './perform-operation.ts'
import type { OrderKey } from '../base/ports.ts'
import { sendOrQueue } from './queue.ts'

const notSent = { outcome: 'notSent', facts: { reason: 'the center could not be reached' }, lookups: [] } as const

/** Queues the question; one that waits already is joined. Throws ORDER_NOT_FOUND, WRONG_STATE, QUEUE_REFUSED. */
export const queueQuery = (dependencies: Dependencies, key: OrderKey): Performed =>
  performOperation(dependencies, {
    order: key,
    verb: 'query',
    keyOf: ({ operations }) => {
      const asked = operations.filter(({ intent }) => intent.verb === 'query')
      const waits = asked.at(-1)?.outcome?.outcome === 'queued'
      return `query:${waits ? asked.length : asked.length + 1}`
    },
    bodyText: '',
    origin: { queue: true },
    prepare: (order) => ({
      facts: { queue: true },
      send: sendOrQueue(dependencies, key, order, 0, () => Promise.resolve(notSent)),
    }),
  })
