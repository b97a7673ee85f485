// Owns the status lights: what the four sides say of themselves, as ok, warning or fault, with whom to call. Pure; asking the
// sides is compose.ts.
import type { InterfaceCode } from '../../../contract/interfaces.ts'
import type { CenterStanding } from '../../../contract/local-api/status.ts'
import { doubtTexts, type CenterDoubt } from './center-doubt.ts'
import type { Light, LightName, LightState, StatusLights } from '../../../contract/local-api/console.ts'

export type Sides = {
  readonly library: {
    readonly state: 'starting' | 'ready' | 'busy' | 'down'
    readonly simulated: boolean
    readonly reason?: string
  }
  /** Those the agent drives. */
  readonly scanners: readonly { readonly name: string; readonly state: 'open' | 'closed'; readonly reason?: string }[]
  readonly scannerOwner: 'library' | 'agent'
  readonly center: {
    readonly standing: CenterStanding
    /** While it is doubtful, or some of its interfaces are. */
    readonly doubt?: CenterDoubt | undefined
    readonly clockAheadMs: number | undefined
    /** Of its certificate, milliseconds since the epoch; undefined over plain HTTP or before the first connection. */
    readonly certificateEndsMs: number | undefined
    readonly queuedOrders: number
    /** Why the center's notices cannot come in, in Chinese; "" or left out: they can, or none are expected. */
    readonly callbackFault?: string
  }
  readonly journal: {
    readonly state: 'ok' | 'broken' | 'damaged' | 'gone' | 'unwritable' | 'busy'
    /** Why the state is what it is, in Chinese; "" when it is ok. */
    readonly message: string
    readonly backup: { readonly error: string }
    readonly quarantinedOrders: number
  }
}

const whoToCall = {
  library: '信息科; 仍不能解码时联系医保电子凭证动态库厂商',
  scanner: '信息科: 检查扫码枪的连线和串口',
  network: '信息科: 检查医保专网和前置机; 专网正常时联系省医保移动支付中心',
  clock: '信息科: 校准电脑时间, 打开自动对时; 电脑时间准确则通知中心',
  certificate: '省医保移动支付中心: 更换证书',
  callbacks: '信息科: 核对配置 callbacks 的监听地址、端口和证书; 地址和端口恢复后自动重试, 证书更换后重启助手',
  journal: '信息科, 立即: 检查磁盘和数据目录, 必要时从备份恢复',
  backup: '信息科: 检查备份目录',
} as const

/** The center's certificate is renewed by somebody else, who wants to be told in time. */
/** As doctor has it. */
const clockWarningMs = 60_000
const certificateWarningMs = 30 * 86_400_000

const ok = (text: string): Light => ({ state: 'ok', text, call: '' })
const unproven = (text: string): Light => ({ state: 'unproven', text, call: '' })
const warning = (text: string, call: string): Light => ({ state: 'warning', text, call })
const fault = (text: string, call: string): Light => ({ state: 'fault', text, call })

const because = (text: string, reason = ''): string => (reason === '' ? text : `${text}: ${reason}`)

const libraryLight = ({ library }: Sides): Light => {
  switch (library.state) {
    case 'ready':
      return ok(library.simulated ? '模拟动态库, 可以解码' : '动态库正常, 可以解码')
    case 'busy':
      return ok('正在解码')
    case 'starting':
      return warning('动态库正在启动, 请稍候', whoToCall.library)
    case 'down':
      return fault(because('动态库不可用, 不能解码', library.reason), whoToCall.library)
  }
}

const scannerLight = ({ scanners, scannerOwner }: Sides): Light => {
  if (scanners.length === 0) {
    return ok(scannerOwner === 'library' ? '扫码由动态库驱动' : '未配置扫码枪, 由 HIS 扫码')
  }
  const [first, ...others] = scanners.filter(({ state }) => state === 'closed')
  if (first === undefined) return ok('扫码枪已连接')
  const names = [first, ...others].map(({ name }) => name).join('、')
  const text = because(`扫码枪未连接 (${names})`, first.reason)
  // Where another window's still works, this one's patients can go there.
  return others.length + 1 < scanners.length ? warning(text, whoToCall.scanner) : fault(text, whoToCall.scanner)
}

/** Without these no payment is made or known. */
const neededToCharge: ReadonlySet<InterfaceCode> = new Set(['6201', '6202', '6301'])

const centerLight = ({ center }: Sides, nowMs: number): Light => {
  const { standing, doubt, clockAheadMs = 0, certificateEndsMs, queuedOrders, callbackFault = '' } = center
  if (standing === 'unreachable') {
    const waiting = queuedOrders === 0 ? '' : `, ${queuedOrders} 笔订单在排队`
    return fault(`中心连不上, 暂不能收费${waiting}`, whoToCall.network)
  }
  if (standing === 'doubtful' || doubt !== undefined) {
    const { cause, words, only } = doubt ?? { cause: 'unusable', words: '' }
    const [text, english, call] = doubtTexts[cause]
    const isNeeded = only === undefined || only.some((code) => neededToCharge.has(code))
    const which = only === undefined ? '' : `, 只是接口 ${only.join('、')}`
    const light = because(`${text}${which}${isNeeded ? ', 暂不能收费' : ''} (${english})`, words)
    return isNeeded ? fault(light, call) : warning(light, call)
  }
  const leftMs = certificateEndsMs === undefined ? Number.POSITIVE_INFINITY : certificateEndsMs - nowMs
  if (leftMs <= 0) return fault('中心的证书已过期', whoToCall.certificate)
  if (leftMs < certificateWarningMs) {
    return warning(`中心的证书将在 ${Math.ceil(leftMs / 86_400_000)} 天内到期`, whoToCall.certificate)
  }
  if (Math.abs(clockAheadMs) > clockWarningMs) {
    const words = `中心${clockAheadMs < 0 ? '慢' : '快'} ${Math.round(Math.abs(clockAheadMs) / 1000)} 秒`
    return warning(`电脑时间与中心相差超过 1 分钟 (${words})`, whoToCall.clock)
  }
  if (callbackFault !== '') {
    return warning(`中心的通知可能收不到, 结算结果靠查询: ${callbackFault}`, whoToCall.callbacks)
  }
  if (queuedOrders === 0 && standing === 'unproven') return unproven('尚未验证: 启动后还没有收到中心验签通过的正常应答')
  return queuedOrders === 0 ? ok('中心连接正常') : warning(`${queuedOrders} 笔订单在排队, 正在办理`, whoToCall.network)
}

const journalLight = ({ journal }: Sides): Light => {
  const { state, message, backup, quarantinedOrders } = journal
  if (state === 'busy') return warning('账本文件被其他程序占用, 松开后自动恢复', whoToCall.journal)
  if (state !== 'ok') return fault(because('账本有故障, 不能收费', message), whoToCall.journal)
  if (quarantinedOrders > 0) return warning(`${quarantinedOrders} 笔订单的记录有损坏, 已隔离`, whoToCall.journal)
  if (backup.error !== '') return warning(because('账本备份失败', backup.error), whoToCall.backup)
  return ok('账本正常')
}

const gravity: Readonly<Record<LightState, number>> = { ok: 0, unproven: 1, warning: 2, fault: 3 }

/** A light a side, and the worst of them. `nowMs`: the wall clock. */
export const lightsOf = (sides: Sides, nowMs: number): StatusLights => {
  const lights: Readonly<Record<LightName, Light>> = {
    library: libraryLight(sides),
    scanner: scannerLight(sides),
    center: centerLight(sides, nowMs),
    journal: journalLight(sides),
  }
  const worst = Object.values(lights).reduce<LightState>(
    (before, { state }) => (gravity[state] > gravity[before] ? state : before),
    'ok',
  )
  return { lights, worst }
}
