// Owns the simulated serial scanner: a real pseudo terminal made by a small C program, which the agent opens as its port.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type SimulatedScanner = {
  /** What the agent opens as its serial port. */
  readonly path: string
  readonly scan: (code: string) => void
  readonly close: () => void
}

/** `program`: the compiled pty-scanner. */
export const startSimulatedScanner = async (program: string): Promise<SimulatedScanner> => {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
  for await (const path of createInterface({ input: child.stdout })) {
    return {
      path,
      scan: (code) => child.stdin.write(`${code}\r`),
      close: () => {
        child.stdin.end()
        child.kill()
      },
    }
  }
  throw new Error('the simulated scanner did not start')
}
