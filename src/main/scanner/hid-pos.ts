// Owns one USB-HID POS scanner: which device it is, opening it, its reports into codes. What a report says is hid-reports.ts.
import type { HidEntry, LoadHidLibrary } from './hid-library.ts'
import { createHidReportReader, scannerUsagePage } from './hid-reports.ts'
import { firstLine, notAdmitted, unavailable, type ConnectDevice } from './scanner-kind.ts'
import { createSilenceTimer } from './silence-timer.ts'

export type HidSettings = {
  readonly kind: 'hid'
  /** Four hex digits each, as the system shows them (VID_1EAB&PID_0C10); any device when left out. */
  readonly vendorId?: string | undefined
  readonly productId?: string | undefined
  /** The one device that is admitted. */
  readonly serialNumber?: string | undefined
  readonly maxCodeBytes: number
  /** The next part of a code comes within this time, milliseconds. */
  readonly continueWithinMs: number
}

export const hidDefaults = { maxCodeBytes: 1024, continueWithinMs: 500 } as const satisfies Partial<HidSettings>

const isNumber = (configured: string | undefined, found: number): boolean =>
  configured === undefined || Number.parseInt(configured, 16) === found

/** The path and the entry of the one device that is meant. Throws what there is instead. */
export const chooseHidDevice = (
  entries: readonly HidEntry[],
  { vendorId, productId, serialNumber }: Pick<HidSettings, 'vendorId' | 'productId' | 'serialNumber'>,
): { readonly path: string; readonly serialNumber: string | undefined } => {
  const meant = entries.filter((entry) => isNumber(vendorId, entry.vendorId) && isNumber(productId, entry.productId))
  const byPath = new Map(
    meant
      .filter(({ path, usagePage }) => path !== undefined && usagePage === scannerUsagePage)
      .map((entry) => [entry.path ?? '', entry.serialNumber?.trim() ?? '']),
  )
  const scanners = [...byPath].map(([path, number]) => ({ path, number }))
  if (scanners.length === 0) {
    const named = vendorId !== undefined || productId !== undefined
    throw unavailable(
      named && meant.length > 0
        ? '设备已接入, 但不在 HID POS 模式 (多半是键盘模式); 请扫说明书上的 HID POS 设置码'
        : `找不到 HID POS 扫码枪${named ? ` (${vendorId ?? '任意'}:${productId ?? '任意'})` : ''}`,
    )
  }
  const admitted = serialNumber === undefined ? scanners : scanners.filter(({ number }) => number === serialNumber)
  const [only, another] = admitted
  if (only === undefined) {
    throw notAdmitted(
      serialNumber ?? '',
      scanners.map(({ number }) => number),
    )
  }
  if (another !== undefined) throw unavailable(`接入了 ${admitted.length} 把相同的扫码枪, 请配置 serialNumber 指明一把`)
  return { path: only.path, serialNumber: only.number === '' ? undefined : only.number }
}

const describeFault = (error: unknown): string => {
  const words = firstLine(error)
  if (/permission denied|access is denied|cannot open/i.test(words))
    return `没有权限打开扫码枪或被其他程序占用 (${words})`
  return `扫码枪无法打开 (${words})`
}

export const connectHid =
  (settings: HidSettings, load: LoadHidLibrary): ConnectDevice =>
  async (news) => {
    const library = await load()
    const { path, serialNumber } = chooseHidDevice(
      await library.list().catch((error: unknown) => {
        throw unavailable(`无法列出 HID 设备 (${firstLine(error)})`)
      }),
      settings,
    )
    const device = await library.open(path).catch((error: unknown) => {
      throw unavailable(describeFault(error))
    })
    const reader = createHidReportReader(settings.maxCodeBytes)
    const silence = createSilenceTimer(
      () => settings.continueWithinMs,
      () => {
        if (reader.discard()) news.onUnreadable('the rest of a code did not come')
      },
    )
    const end = async (): Promise<void> => {
      silence.stop()
      reader.discard()
      await device.close().catch(() => undefined)
    }
    let lost = false
    device.on('error', () => {
      if (lost) return
      lost = true
      void end()
      news.onLost('扫码枪已断开')
    })
    device.on('data', (report) => {
      silence.stop()
      const reading = reader.take(report)
      if (reading.kind === 'code') news.onCode(reading.code)
      else if (reading.kind === 'continued') silence.restart()
      else if (reading.kind === 'unreadable') news.onUnreadable(reading.why)
    })
    return {
      serialNumber: () => serialNumber,
      send: (bytes) => device.write(Buffer.from(bytes)),
      close: end,
    }
  }
