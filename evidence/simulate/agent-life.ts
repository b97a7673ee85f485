// Owns one life of the agent and its sudden end: once dead, nothing that its code still does has any effect.

export class AgentIsDead extends Error {
  constructor() {
    super('the agent is dead')
    this.name = 'AgentIsDead'
  }
}

export type AgentLife = {
  readonly isOver: () => boolean
  /** One step of the agent's: something is about to happen, or just did. Throws AgentIsDead when it does not survive it. */
  readonly step: (what: string) => void
  /** The same without counting: for what only reads. */
  readonly assertAlive: () => void
  readonly end: () => void
}

/** `diesAt`: whether it dies at its nth step. `onDeath` is told once. */
export const createAgentLife = (diesAt: (step: number) => boolean, onDeath: (what: string) => void): AgentLife => {
  let isOver = false
  let steps = 0
  const die = (what: string): void => {
    if (isOver) return
    isOver = true
    onDeath(what)
  }
  const assertAlive = (): void => {
    if (isOver) throw new AgentIsDead()
  }
  return {
    isOver: () => isOver,
    assertAlive,
    step: (what) => {
      assertAlive()
      steps += 1
      if (diesAt(steps)) die(what)
      assertAlive()
    },
    end: () => die('at some instant'),
  }
}
