// Owns the settings of the agent that is killed: an invented channel, and the waits of RULES 3.5 and 4.6 shortened so that
// every order comes to its end while one watches.
import type { InterfaceCode } from '../../src/contract/interfaces.ts'
import { hashToken, scopes } from '../../src/main/api/callers/tokens.ts'
import type { AgentSettings } from '../../src/main/wiring/settings.ts'
import { centerHabits, defaultOrderSettings, envelopeKeys } from '../../src/main/wiring/settings-of-config.ts'
import { settingDefaults } from '../../src/main/config/schema/setting-defaults.ts'
import { nodeHost } from '../../src/main/wiring/machine/host-programs.ts'
import { completeProfile } from '../../src/main/voucher/library/library-profile.ts'
import { billsToken, kioskToken, noticeSecret, token, type AgentOrder } from './agent-order.ts'

/** The center's own limit in these runs: a scripted delay stays well below it, or "not placed" would be believed too early. */
const processingMs = 4_000
const callTimeoutMs = 1_500

const codes = Object.keys(settingDefaults.center.timeoutsMs) as InterfaceCode[]

/** Settings for what the parent ordered. */
export const torturedSettings = (order: AgentOrder): AgentSettings => {
  const { dataDir, hostEntry, channel, center, hisUrl, noticePort, cashAt16 } = order
  const { appId, appSecret, orgCodg, privateKey } = channel
  return {
    environment: 'sandbox',
    version: '0.0.0-torture',
    dataDir,
    port: 0,
    orgCodg,
    tokens: [
      { name: 'his', hash: hashToken(token), scopes, orgCodg, expiresAtMs: undefined },
      { name: 'kiosk', hash: hashToken(kioskToken), scopes: ['decode', 'pay'], orgCodg, expiresAtMs: undefined },
    ],
    origins: [],
    jsonp: false,
    center: {
      ...centerHabits(),
      keys: envelopeKeys({
        appId,
        appSecret,
        privateKey: Buffer.from(privateKey, 'hex'),
        peerPublicKey: Buffer.from(center.publicKey, 'base64'),
        userId: settingDefaults.center.userId,
      }),
      baseUrl: center.url,
      ca: undefined,
      timeoutsMs: Object.fromEntries(codes.map((code) => [code, callTimeoutMs])) as Record<InterfaceCode, number>,
      expContent: undefined,
    },
    voucher: {
      profile: completeProfile({ url: 'http://127.0.0.1:9/decode', scannerOwner: 'agent' }),
      hosts: [nodeHost(hostEntry)],
      simulated: true,
    },
    scanners: [],
    orders: {
      ...defaultOrderSettings,
      uploadRepeatAfterMs: 50,
      processingMs,
      cashRefundOn16: cashAt16,
      billRetriesMs: [0, 100, 300, 600, 1_200],
      billLateMs: 500,
      // Whatever the time of day these runs begin at.
      dayEndMs: undefined,
      stepsPerSecond: 200,
      probeEveryMs: 200,
      schedule: {
        firstAfterMs: 100,
        everyMs: 200,
        untilMs: 6_000,
        backOffMs: [500],
        slowEveryMs: 200,
        cashierExpiryMs: 900_000,
      },
    },
    callbacks: {
      host: '127.0.0.1',
      port: noticePort,
      pathSecret: noticeSecret,
      syncPathSecret: '',
      mpcAppSecrets: new Map(),
      peers: ['127.0.0.1'],
      tls: undefined,
      orgCodg,
    },
    kiosk: {
      tokenName: 'kiosk',
      terminalNo: 'ZZJ-01',
      businessType: '01301',
      officeId: 'D01',
      officeName: '门诊大厅',
      institutionName: '测试医院',
      idleSeconds: 60,
      ways: ['order', 'bankCard', 'cashier'],
      h5UrlTemplate: 'https://h5.example.test/pay?order={medOrgOrd}',
      voice: false,
      staffKey: '',
      his: { baseUrl: hisUrl, token: billsToken, ca: undefined, timeoutMs: 1_000 },
    },
  }
}
