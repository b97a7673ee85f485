// Owns the endpoint that makes the institution's SM2 key pair.
import { KeysSchema } from '../../../contract/local-api/console-bodies.ts'
import { endpoint } from '../endpoint/tools.ts'
import { ofMachine } from './machine.ts'

export const makeKeys = endpoint({
  method: 'POST',
  path: '/v1/settings/keys',
  scope: 'admin',
  owner: true,
  summary: '生成本机构 SM2 密钥对, 给出要报给中心的公钥',
  body: KeysSchema,
  answer: ofMachine((machine, { body: { profile = 'current', overwrite = false } }) => {
    return machine.makeKeys(profile, overwrite)
  }, 'settings.keys-made'),
})
