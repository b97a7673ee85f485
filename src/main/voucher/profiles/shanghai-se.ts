// Owns Shanghai's variant of the national library (SE01): it does not scan, the code is passed in with its channel.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { ProfileKind } from '../library/profile-kind.ts'
import { nationEc } from './nation-ec.ts'

/** Whose app showed the code: 1 支付宝, 2 微信, 3 随申办. */
const channels = ['1', '2', '3']

export const shanghaiSe: ProfileKind = {
  ...nationEc,
  title: '上海医保电子凭证动态库 SE01',
  scannerOwners: ['agent'],
  deadlineMs: 30_000,
  findFaults: ({ ecQrChannel }) =>
    ecQrChannel !== undefined && channels.includes(ecQrChannel)
      ? []
      : ['ecQrChannel: 上海动态库必填, 1 支付宝、2 微信、3 随申办'],
  plan: ({ ecQrCode, ...input }, settings) => {
    if (ecQrCode === undefined || ecQrCode === '') {
      throw new AgentError('INVALID_FIELDS', { addition: 'code: 上海动态库不驱动扫码枪, 须传入医保码' })
    }
    const data = { ...input.data, ecQrCode, ecQrChannel: settings.ecQrChannel }
    return nationEc.plan({ ...input, data }, settings)
  },
}
