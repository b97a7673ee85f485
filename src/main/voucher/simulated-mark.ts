// Owns telling a simulated library, which invents patients, from a vendor's: ours carry a text (native/simulated-library).
import { readFileSync } from 'node:fs'

const mark = Buffer.from('mip-agent: simulated vendor library')

/** False as well for a file that cannot be read: its own fault says so. */
export const isSimulatedLibrary = (path: string): boolean => {
  try {
    return readFileSync(path).includes(mark)
  } catch {
    return false
  }
}
