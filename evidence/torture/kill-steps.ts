// Owns the named steps of an operation's way (docs/architecture.md), and the ports that end the process at one of them. What
// happens between two ports is not a step: the random kills find it.
import type { PortWraps } from '../../src/main/wiring/port-wraps.ts'

const interfaces = ['6201', '6202', '6203', '6205', '6301', '6401'] as const
const verbs = ['upload', 'placement', 'bankPlacement', 'cashierUrl', 'refund', 'revocation'] as const
const notes = ['observation', 'booking', 'attention'] as const

/** Every step, in the order in which a run kills at them. */
export const killSteps: readonly string[] = [
  ...verbs.map((verb) => `intent of ${verb} written, not yet on the disk`),
  ...interfaces.map((code) => `before ${code} is sent`),
  ...interfaces.map((code) => `while ${code} is under way`),
  ...interfaces.map((code) => `after the center answered ${code}`),
  ...verbs.map((verb) => `outcome of ${verb} written, not yet on the disk`),
  ...verbs.map((verb) => `outcome of ${verb} on the disk, the reply not yet sent`),
  ...notes.map((kind) => `${kind} noted, not yet on the disk`),
  'at the start, before the recovery of open orders',
  'at the start, the recovery written, not yet on the disk',
  'at the start, the recovery on the disk',
]

/** How far a request gets before the process ends under it, milliseconds. */
const underWayMs = 6

/** Ports that call `pass` with the name of each step as it is passed. */
export const watchSteps = (pass: (step: string) => void): PortWraps => {
  let finished: string[] = []
  let isStarting = true
  return {
    journal: (journal) => ({
      ...journal,
      begin: (request) => {
        const intent = journal.begin(request)
        pass(`intent of ${request.verb} written, not yet on the disk`)
        return intent
      },
      finish: (intent, order, request) => {
        const outcome = journal.finish(intent, order, request)
        // What recovery writes has its own steps.
        if (!isStarting) {
          finished.push(intent.verb)
          pass(`outcome of ${intent.verb} written, not yet on the disk`)
        }
        return outcome
      },
      note: (order, entry) => {
        journal.note(order, entry)
        pass(`${entry.kind} noted, not yet on the disk`)
      },
      readList: (list) => {
        if (isStarting && list === 'open') pass('at the start, before the recovery of open orders')
        return journal.readList(list)
      },
      durable: async () => {
        if (isStarting) pass('at the start, the recovery written, not yet on the disk')
        const written = finished
        finished = []
        await journal.durable()
        if (isStarting) pass('at the start, the recovery on the disk')
        isStarting = false
        for (const verb of written) pass(`outcome of ${verb} on the disk, the reply not yet sent`)
      },
    }),
    center: (center) => ({
      ...center,
      send: async (code, input) => {
        pass(`before ${code} is sent`)
        const timer = setTimeout(() => {
          pass(`while ${code} is under way`)
        }, underWayMs)
        const answer = await center.send(code, input)
        clearTimeout(timer)
        pass(`after the center answered ${code}`)
        return answer
      },
    }),
  }
}
