// Owns the one light of the tray: the worst of what the agent says about its four sides.
import type { AgentState } from '../agent-keeper.ts'
import type { AgentStatus } from '../read-health.ts'

/** From best to worst; `grey`: nothing is known. */
export const lights = ['green', 'yellow', 'grey', 'red'] as const
export type Light = (typeof lights)[number]

const ofWorst: Readonly<Record<string, Light>> = { ok: 'green', unproven: 'yellow', warning: 'yellow', fault: 'red' }

/** `status`: undefined when the agent did not answer. A word that this version does not know is no all-clear. */
export const worstLight = (status: AgentStatus | undefined): Light =>
  status?.worst === undefined ? 'grey' : (ofWorst[status.worst] ?? 'red')

/** Of another agent only its health is known: the desktop has no token there. */
export const lightOfForeign = (isAnswering: boolean): Light => (isAnswering ? 'green' : 'red')

/** Before the agent is asked: what the desktop itself knows. */
export const lightOfState = ({ kind }: AgentState): Light | undefined =>
  kind === 'starting' ? 'yellow' : kind === 'failed' ? 'red' : kind === 'ended' ? 'grey' : undefined
