// Owns telling a simulated library, which invents patients, from a vendor's: ours carry a text (native/simulated-library).
import { readRegularFile } from '../files/read-regular.ts'

/** The vendors' are some megabytes. */
const maxLibraryBytes = 256 * 1024 * 1024
const mark = Buffer.from('mip-agent: simulated vendor library')

/** False as well for a file that cannot be read: its own fault says so. */
export const isSimulatedLibrary = (path: string): boolean => {
  try {
    return readRegularFile(path, maxLibraryBytes).includes(mark)
  } catch {
    return false
  }
}
