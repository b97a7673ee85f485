// Owns the question which serial ports this PC has, for whoever configures a scanner. It opens none.
import { SerialPort } from 'serialport'

export type SerialPorts = { readonly paths: readonly string[]; readonly reason?: string }

/** The serial ports' paths; none, with the reason, where the system cannot tell (Linux without udevadm). */
export const listSerialPorts = async (): Promise<SerialPorts> => {
  try {
    return { paths: (await SerialPort.list()).map(({ path }) => path) }
  } catch (error) {
    return { paths: [], reason: error instanceof Error ? error.message : String(error) }
  }
}
