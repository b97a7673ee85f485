// Owns a configuration in which every setting stands, made from the schema itself: a new setting is in the next release's sample
// without anybody adding it. Only what a pattern or another setting decides is written here.
import { randomBytes } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { Config } from '../../src/main/config/schema/config-schema.ts'
import { derivePublicKey, generatePrivateKey } from '../../src/core/gm/sm2.ts'

/** The environment variable that a secret of the sample comes from. */
export const secretVariable = 'MIP_SAMPLE_SECRET'

type Schema = {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly minimum?: number
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const privateKey = generatePrivateKey(randomBytes)
const digest = '0'.repeat(64)
const file = (name: string) => ({ file: name })
const time = '23:30'

/** By path. A list of two where one element cannot have every setting. */
const config: Readonly<Record<string, unknown>> = {
  format: 1,
  environment: 'test',
  orgCodg: 'H00000000001',
  dataDir: '/var/lib/mip-agent',
  backupDir: '/var/backups/mip-agent',
  'api.port': 17600,
  'api.origins': ['https://his.invalid'],
  'api.provisioning': 'roll-out.json',
  'api.tokens[].hash': digest,
  'api.tokens[].scopes': ['decode', 'pay'],
  'api.tokens[].orgCodg': 'H00000000001',
  'api.tokens[].name': 'kiosk',
  'api.tokens[].scannerRoles': ['window'],
  'api.tokens[].expiresAt': '2036-01-01T00:00:00+08:00',
  'center.baseUrl': 'https://center.invalid:8082',
  'center.caFile': 'ca.pem',
  'center.appId': 'MIPAGENTTEST0000000000000000000Z',
  'center.appSecret': file('secret'),
  'center.privateKey': file('key'),
  'center.publicKey': base64(derivePublicKey(privateKey)),
  'center.centerPublicKey': base64(derivePublicKey(generatePrivateKey(randomBytes))),
  'center.successCodes': ['0', '200'],
  'center.unsignedRefusals': ['6201', '6301'],
  'voucher.profile': 'nation-ec',
  'voucher.library': '/opt/vendor/libNationECCode.so',
  'voucher.manifest': '/opt/vendor/manifest.json',
  'voucher.folder': '/opt/vendor',
  'voucher.initialization.ACCESS_KEY': file('secret'),
  'voucher.initialization.SECRETKEY': file('secret'),
  'orders.requiredOverrides': { psnNo: true },
  'orders.dayEnd': time,
  'orders.sameDayRefundUntil.order': time,
  'orders.sameDayRefundUntil.bankCard': time,
  'orders.sameDayRefundUntil.cashier': time,
  'orders.callbackAck': 'verified',
  scanners: [
    {
      name: 'one',
      kind: 'serial',
      role: 'window',
      serialNumber: 'SN1',
      path: 'COM3',
      baudRate: 9600,
      terminators: '\r',
    },
    {
      name: 'two',
      kind: 'hid',
      vendorId: '0c2e',
      productId: '0b61',
      doubleScanMs: 1500,
      onSuccess: '01',
      onFailure: '02',
    },
    { name: 'three', kind: 'serial', path: 'COM4', idleFlushMs: 100 },
  ],
  'callbacks.host': '10.0.0.2',
  'callbacks.certFile': 'ca.pem',
  // Not beside syncPathSecret: a patient's phone has no client certificate.
  'callbacks.clientCaFile': undefined,
  'callbacks.mpcApps[].appId': 'MPCAPP0000000000',
  'callbacks.pathSecret': { env: secretVariable },
  'callbacks.peers': ['10.0.0.0/8'],
  'kiosk.token': 'kiosk',
  'kiosk.businessType': '01301',
  'kiosk.staffKey': `${'0'.repeat(32)}:${digest}`,
  'kiosk.h5UrlTemplate': 'https://h5.invalid/pay?order={medOrgOrd}',
  'kiosk.ways': ['order', 'cashier', 'bankCard'],
  'kiosk.his.baseUrl': 'https://his.invalid/bills',
  'kiosk.his.token': file('secret'),
  'kiosk.his.caFile': 'ca.pem',
  'desktop.kiosk.staffKey': `${'0'.repeat(32)}:${digest}`,
  'desktop.update.manifestUrl': 'http://10.0.0.5/mip-agent/update.json',
  'desktop.update.publicKey': `${'A'.repeat(43)}=`,
}

const valueOf = (schema: Schema, path: string): unknown => {
  if (Object.hasOwn(config, path)) return config[path]
  if (schema.properties?.['file'] !== undefined && schema.properties['env'] !== undefined) return file('secret')
  if (schema.enum !== undefined) return schema.enum[0]
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, member]) => [
          name,
          valueOf(member, path === '' ? name : `${path}.${name}`),
        ]),
      )
    case 'array':
      return [valueOf(schema.items ?? {}, `${path}[]`)]
    case 'boolean':
      return true
    case 'integer':
      return schema.minimum ?? 0
    case 'string':
      return 'sample'
    default:
      throw new Error(`${path}: of which type?`)
  }
}

/** The files of the sample, by their names. */
export const sampleConfig = (): Readonly<Record<string, string>> => ({
  'agent.json': `${JSON.stringify(valueOf(Config, ''), null, 2)}\n`,
  'roll-out.json': `${JSON.stringify({ tokens: [{ name: 'rolled', hash: digest, scopes: ['read'] }] }, null, 2)}\n`,
  secret: 'SAMPLESECRET0000000000000000\n',
  key: `${base64(privateKey)}\n`,
  'ca.pem': `${rootCertificates[0] ?? ''}\n`,
})
