// Owns the folder of a sandbox that a person runs: the channel (appId, appSecret, keys) and the center's own key, kept
// so that an agent stays configured. Simulated secrets, 0600 all the same.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { createCheck, faultText } from '../../contract/check/check.ts'
import { Strict } from '../../contract/check/fields.ts'
import { defaultOrgCodg, defaultUserId } from '../options.ts'
import { newPrivateKey, publicKeyOf } from './sm2.ts'

const channelFileName = 'channel.json'
const centerKeyFileName = 'center-key.json'

const Key = Type.String({ minLength: 1, maxLength: 200 })

/** What an agent needs of the center, its own key included. */
const ChannelFile = Strict({
  appId: Type.String({ minLength: 16, maxLength: 32 }),
  appSecret: Type.String({ minLength: 1, maxLength: 200 }),
  orgCodg: Type.String({ minLength: 1, maxLength: 12 }),
  userId: Type.String({ minLength: 1, maxLength: 200 }),
  agentPrivateKey: Key,
  agentPublicKey: Key,
  centerPublicKey: Key,
})
export type ChannelFile = Static<typeof ChannelFile>
const checkChannelFile = createCheck<ChannelFile>(ChannelFile)

const CenterKeyFile = Strict({ privateKey: Key })
const checkCenterKeyFile = createCheck<Static<typeof CenterKeyFile>>(CenterKeyFile)

export type ChannelFolder = {
  readonly channel: ChannelFile
  readonly channelPath: string
  readonly centerPrivateKey: Uint8Array
}

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** The file's value, or what `make` makes and writes when there is no file. */
const keepFile = (path: string, make: () => object): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const made = make()
  writeFileSync(path, `${JSON.stringify(made, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  return made
}

/** Reads the folder, making what is missing. Throws an Error with a Chinese text when a file is not what it must be. */
export const openChannelFolder = (folder: string): ChannelFolder => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const channelPath = join(folder, channelFileName)
  const keyPath = join(folder, centerKeyFileName)
  const keyFile = checkCenterKeyFile(keepFile(keyPath, () => ({ privateKey: encode(newPrivateKey()) })))
  if (keyFile.faults.length > 0) throw new Error(`${keyPath} 内容有误: ${keyFile.faults.map(faultText).join('; ')}`)
  const centerPrivateKey = Buffer.from(keyFile.value.privateKey, 'base64')
  const centerPublicKey = encode(publicKeyOf(centerPrivateKey))
  const { value: channel, faults } = checkChannelFile(
    keepFile(channelPath, () => {
      const agentPrivateKey = newPrivateKey()
      return {
        appId: randomBytes(16).toString('hex').toUpperCase(),
        appSecret: randomBytes(16).toString('hex').toUpperCase(),
        orgCodg: defaultOrgCodg,
        userId: defaultUserId,
        agentPrivateKey: encode(agentPrivateKey),
        agentPublicKey: encode(publicKeyOf(agentPrivateKey)),
        centerPublicKey,
      }
    }),
  )
  if (faults.length > 0) throw new Error(`${channelPath} 内容有误: ${faults.map(faultText).join('; ')}`)
  if (channel.centerPublicKey !== centerPublicKey) throw new Error(`${channelPath} 与 ${keyPath} 不是一对, 请一起删除`)
  return { channel, channelPath, centerPrivateKey }
}
