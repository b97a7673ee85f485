// Owns what a kind of scanner must do: find its device, give whole codes, and say in Chinese why it cannot. When to connect
// again, and who gets a code, is the same for every kind (open-scanner.ts, scan-delivery.ts).
import type { ErrorCode } from '../../core/domain/errors/error-table.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'

export type DeviceNews = {
  readonly onCode: (code: string) => void
  /** Something came that is no code; English, for the log, never what was scanned. */
  readonly onUnreadable: (what: string) => void
  /** The device has gone; in Chinese. At most once, also while connecting. */
  readonly onLost: (why: string) => void
}

export type ConnectedDevice = {
  /** What the device says of itself (设备SN准入); undefined when it says nothing. May come late, hence a question. */
  readonly serialNumber: () => string | undefined
  /** Sends a configured beep or light command. Rejects when the device does not take it. */
  readonly send: (bytes: Uint8Array) => Promise<unknown>
  readonly close: () => Promise<void>
}

/** Finds and opens the device once. Rejects with an AgentError of `unavailable` or `notAdmitted`. */
export type ConnectDevice = (news: DeviceNews) => Promise<ConnectedDevice>

/** Why a scanner cannot be used: its code, and what an engineer can put right, in Chinese. */
export type DeviceFault = { readonly code: ErrorCode; readonly reason: string }

export const faultError = ({ code, reason }: DeviceFault): AgentError =>
  new AgentError(code, { addition: reason, detail: { reason } })

export const unavailable = (reason: string): AgentError => faultError({ code: 'SCANNER_UNAVAILABLE', reason })

/** The device is there and is not the one that was registered. */
export const notAdmitted = (configured: string, found: readonly string[]): AgentError => {
  const there = found.filter((part) => part !== '').join('、')
  return faultError({
    code: 'SCANNER_NOT_ADMITTED',
    reason: `配置的是 ${configured}, ${there === '' ? '设备没有报告序列号' : `接入的是 ${there}`}`,
  })
}

/** What a rejected connection says; a foreign error is a device that cannot be used, in its own words. */
export const faultOf = (error: unknown): DeviceFault => {
  if (!(error instanceof AgentError)) return { code: 'SCANNER_UNAVAILABLE', reason: firstLine(error) }
  const reason = error.detail?.['reason']
  return { code: error.code, reason: typeof reason === 'string' ? reason : error.message }
}

const maxWordsLength = 200

/** A foreign error's own words, short. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1).join('').slice(0, maxWordsLength)
