// Owns the settings of the scanners that the agent drives, and what of them does not go together.
import Type, { type Static } from 'typebox'
import { Strict, Text } from '../../../contract/check/fields.ts'
import type { ConfigFaults } from './config-faults.ts'

const optional = Type.Optional
/** A report of 64 bytes and its number. */
const maxSignalBytes = 65

const count = (title: string, minimum: number, maximum: number, description: string) =>
  Type.Integer({ title, minimum, maximum, description })
const usbId = (title: string) =>
  Type.String({
    title,
    pattern: '^[0-9a-fA-F]{4}$',
    description: '仅 hid; 4 位十六进制, 设备管理器里 VID_、PID_ 后的部分; 默认任意',
  })
const command = (title: string) =>
  Type.String({
    title,
    pattern: `^([0-9a-fA-F]{2}){1,${maxSignalBytes}}$`,
    description: `蜂鸣或灯光指令, 十六进制, 至多 ${maxSignalBytes} 字节; hid 的首字节为报告号; 默认不发`,
  })

const Scanner = Strict({
  name: Text('扫码枪名称', 40, { note: '不得重复; 解码请求可用 scanner 指明' }),
  kind: Type.Enum(['serial', 'hid'], {
    title: '接入方式',
    description: 'serial: 串口或 USB 虚拟串口 (USB-COM); hid: USB HID POS',
  }),
  role: optional(Text('用途', 40, { note: '如 window、kiosk; 只有令牌 scannerRoles 含它的才能用; 不填则都能用' })),
  serialNumber: optional(Text('设备序列号', 100, { note: '在中心登记的 SN (设备SN准入); 填写后不符的设备不予使用' })),
  path: optional(Text('串口', 2_000, { note: '仅 serial, 必填; 如 COM3 或 /dev/ttyACM0' })),
  baudRate: optional(count('波特率', 300, 4_000_000, '仅 serial')),
  terminators: optional(
    Type.String({ title: '结束符', minLength: 1, maxLength: 4, description: '仅 serial; 其中每个字符都结束一个码' }),
  ),
  idleFlushMs: optional(
    count(
      '静默判定',
      1,
      3_600_000,
      '仅 serial; 扫码枪不发结束符时静默多久算扫完; 发过结束符的扫码枪停顿再久也不算扫完',
    ),
  ),
  vendorId: optional(usbId('USB 厂商号')),
  productId: optional(usbId('USB 产品号')),
  doubleScanMs: optional(count('重复扫码判定', 0, 60_000, '从同一个码上一次出现算起, 其间再出现算同一次')),
  onSuccess: optional(command('解码成功时发给扫码枪')),
  onFailure: optional(command('解码失败时发给扫码枪')),
})
type Scanner = Static<typeof Scanner>

export const Scanners = Type.Array(Scanner, {
  title: '由助手驱动的扫码枪',
  description: '解码不指明时用本令牌可用的第一把; 见 docs/scanner.zh-CN.md',
  maxItems: 16,
})

/** Of a token. */
export const ScannerRoles = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), {
  title: '可用的扫码枪用途',
  description: '对应 scanners 的 role; 默认全部',
  minItems: 1,
  maxItems: 16,
})

const ofSerial = ['path', 'baudRate', 'terminators', 'idleFlushMs'] as const
const ofHid = ['vendorId', 'productId'] as const

const mayBeEqual = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one.toLowerCase() === other.toLowerCase()

/** True when both may take the same device, so that one scan would reach two windows. */
const clash = (one: Scanner, other: Scanner): boolean => {
  if (one.kind !== other.kind) return false
  if (one.kind === 'serial') return one.path !== undefined && one.path.toLowerCase() === other.path?.toLowerCase()
  const sameModel = mayBeEqual(one.vendorId, other.vendorId) && mayBeEqual(one.productId, other.productId)
  return sameModel && mayBeEqual(one.serialNumber, other.serialNumber)
}

const checkOne = (faults: ConfigFaults, path: string, scanner: Scanner, earlier: readonly Scanner[]): void => {
  const foreign = scanner.kind === 'serial' ? ofHid : ofSerial
  for (const name of foreign) {
    if (scanner[name] !== undefined) faults.add(`${path}.${name}`, `kind 为 ${scanner.kind} 时不能填写`)
  }
  if (scanner.kind === 'serial' && scanner.path === undefined) faults.add(`${path}.path`, '必填')
  if (earlier.some(({ name }) => name === scanner.name)) faults.add(`${path}.name`, '名称重复')
  const rival = earlier.find((other) => clash(scanner, other))
  if (rival === undefined) return
  const remedy = scanner.kind === 'hid' ? '; 请用 serialNumber 区分' : ''
  faults.add(path, `与 ${rival.name} 可能是同一把扫码枪${remedy}`)
}

/** Adds what does not go together. Settings whose own shape is wrong are not looked at. */
export const checkScanners = (
  faults: ConfigFaults,
  config: {
    readonly scanners?: readonly Scanner[]
    readonly api: { readonly tokens: readonly { readonly scannerRoles?: readonly string[] }[] }
  },
): void => {
  if (!faults.isWhole('scanners')) return
  const { scanners = [] } = config
  for (const [index, scanner] of scanners.entries()) {
    checkOne(faults, `scanners[${index}]`, scanner, scanners.slice(0, index))
  }
  const roles = new Set(scanners.map(({ role }) => role))
  if (!faults.isWhole('api.tokens')) return
  for (const [index, { scannerRoles = [] }] of config.api.tokens.entries()) {
    const unknown = scannerRoles.filter((role) => !roles.has(role))
    if (unknown.length > 0) {
      faults.add(`api.tokens[${index}].scannerRoles`, `没有用途为 ${unknown.join('、')} 的扫码枪`)
    }
  }
}
