// Owns looking for a USB-HID scanner once: is the one that is configured there. It opens nothing.
import { AgentError } from '../../core/domain/errors/errors.ts'
import type { LoadHidLibrary } from './hid-library.ts'
import { chooseHidDevice, type HidSettings } from './hid-pos.ts'
import { faultOf, firstLine } from './scanner-kind.ts'

export type HidState = 'free' | 'missing' | 'notAdmitted' | 'failed'

/** `detail`: the serial number when it is there, else why not, in Chinese. Never rejects. */
export const probeHid = async (
  settings: Pick<HidSettings, 'vendorId' | 'productId' | 'serialNumber'>,
  load: LoadHidLibrary,
): Promise<{ readonly state: HidState; readonly detail: string }> => {
  try {
    const library = await load()
    const entries = await library.list()
    try {
      return { state: 'free', detail: chooseHidDevice(entries, settings).serialNumber ?? '' }
    } catch (error) {
      const { code, reason } = faultOf(error)
      return { state: code === 'SCANNER_NOT_ADMITTED' ? 'notAdmitted' : 'missing', detail: reason }
    }
  } catch (error) {
    return { state: 'failed', detail: error instanceof AgentError ? faultOf(error).reason : firstLine(error) }
  }
}
