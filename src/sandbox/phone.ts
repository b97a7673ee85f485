// Owns where the hospital's H5 behind a kiosk's QR hands payAuthNo over. Doing so is authorize-by-phone.ts.
import Type, { type Static } from 'typebox'
import { createCheck } from '../contract/check/check.ts'
import { Strict } from '../contract/check/fields.ts'

/** Where the hospital's server hands payAuthNo over, and the token it does so with (scope pay). */
export const AgentTarget = Strict({
  url: Type.String({ pattern: '^http://127[.]0[.]0[.]1:[0-9]{1,5}$' }),
  token: Type.String({ minLength: 1, maxLength: 200 }),
})
export type AgentTarget = Static<typeof AgentTarget>
export const checkAgentTarget = createCheck<AgentTarget>(AgentTarget)

export type Phone = {
  readonly aim: (target: AgentTarget) => void
  readonly target: () => AgentTarget | undefined
}

export const createPhone = (): Phone => {
  let aimed: AgentTarget | undefined
  return {
    aim: (target) => {
      aimed = target
    },
    target: () => aimed,
  }
}
