// Owns the endpoint that tells the kiosk's page how it is set up.
import type { KioskView } from '../../../contract/local-api/kiosk.ts'
import { mayUseScanner } from '../../usecases/decoding/choose-scanner.ts'
import { kioskOf } from '../../usecases/kiosk/list-bills.ts'
import { okAnswer } from '../answers/answer.ts'
import { kioskEndpoint } from './kiosk-endpoint.ts'

export const kiosk = kioskEndpoint({
  method: 'GET',
  path: '/v1/kiosk',
  scope: 'decode',
  summary: '自助机页面的设置',
  answer: ({ caller }, { dependencies }) => {
    const { voucher, scanners } = dependencies
    const { institutionName, terminalNo, idleSeconds, ways, h5UrlTemplate, voice } = kioskOf(dependencies).settings
    return okAnswer({
      institutionName,
      terminalNo,
      scannerOwner: voucher.scannerOwner,
      hasScanner: scanners.some(({ role }) => mayUseScanner(caller.scannerRoles, role)),
      idleSeconds,
      ways,
      h5UrlTemplate,
      voice,
    } satisfies Omit<KioskView, 'environment'>)
  },
})
