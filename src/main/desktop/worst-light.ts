// Owns the one light of the tray: the worst of what the agent says about its four sides.
import type { AgentState } from './agent-keeper.ts'
import type { AgentStatus } from './read-health.ts'

/** From best to worst; `grey`: nothing is known. */
export const lights = ['green', 'yellow', 'grey', 'red'] as const
export type Light = (typeof lights)[number]

const states: Readonly<Record<string, Light>> = {
  // library
  ready: 'green',
  busy: 'green',
  starting: 'yellow',
  down: 'red',
  // scanner
  none: 'green',
  open: 'green',
  closed: 'red',
  // journal
  ok: 'green',
}

const lightOf = (state: string | undefined, unknown: Light): Light =>
  state === undefined ? 'grey' : (states[state] ?? unknown)

const worst = (all: readonly Light[]): Light => lights[Math.max(...all.map((light) => lights.indexOf(light)))] ?? 'grey'

/** `status`: undefined when the agent did not answer. */
export const worstLight = (status: AgentStatus | undefined): Light => {
  if (status === undefined) return 'grey'
  const { voucher, scanner, center, journal } = status
  return worst([
    lightOf(voucher?.state, 'yellow'),
    lightOf(scanner?.state, 'yellow'),
    center?.reachable === undefined ? 'grey' : center.reachable ? 'green' : 'red',
    // A journal that says anything but "ok" takes no payment.
    lightOf(journal?.state, 'red'),
  ])
}

/** Of another agent only its health is known: the desktop has no token there. */
export const lightOfForeign = (isAnswering: boolean): Light => (isAnswering ? 'green' : 'red')

/** Before the agent is asked: what the desktop itself knows. */
export const lightOfState = ({ kind }: AgentState): Light | undefined =>
  kind === 'starting' ? 'yellow' : kind === 'failed' ? 'red' : kind === 'ended' ? 'grey' : undefined
