// Updates from the hospital's own server: a real HTTP server, real keys, real files. Whatever is wrong with what it serves,
// nothing is installed and nothing is left.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { makeUpdateKey, signUpdate } from '../../scripts/sign-update.ts'
import type { SignedManifest } from '../../src/contract/desktop/update-manifest.ts'
import { planInstall, runInstall, targetOf } from '../../src/main/desktop/update/install-update.ts'
import { chooseFile, compareVersions, mayInstall, openManifest } from '../../src/main/desktop/update/judge-update.ts'
import { createUpdates, type UpdateOptions } from '../../src/main/desktop/update/keep-updated.ts'
import { folderFor } from '../support/agents/open-journal.ts'

const packageName = 'mip-agent_0.2.0_amd64.deb'
const idle = { openOrders: 0, runningOperations: 0 }

type Server = {
  readonly url: string
  readonly files: Map<string, Buffer | ((response: ServerResponse) => void)>
}

const serveFiles = async (t: TestContext): Promise<Server> => {
  const files: Server['files'] = new Map()
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '')
    if (file === undefined) response.writeHead(404).end()
    else if (typeof file === 'function') file(response)
    else response.end(file)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, files }
}

type Bench = Server & {
  readonly folder: string
  readonly content: Buffer
  readonly privateKey: string
  readonly installed: string[]
  /** Puts a manifest of this version on the server; the package it names lies there already. */
  readonly offer: (version: string, change?: (signed: SignedManifest) => SignedManifest) => void
  readonly updates: (more?: Partial<UpdateOptions>) => ReturnType<typeof createUpdates>
}

const makeBench = async (t: TestContext): Promise<Bench> => {
  const server = await serveFiles(t)
  const folder = folderFor(t)
  const keyFile = join(folder, 'update-key.pem')
  const publicKey = makeUpdateKey(keyFile)
  const privateKey = readFileSync(keyFile, 'utf8')
  const content = randomBytes(300_000)
  const built = join(folder, packageName)
  writeFileSync(built, content)
  server.files.set(`/mip/${packageName}`, content)
  const userData = join(folder, 'user')
  mkdirSync(userData)
  const installed: string[] = []
  return {
    ...server,
    folder: userData,
    content,
    privateKey,
    installed,
    offer: (version, change = (signed) => signed) => {
      const signed = change(signUpdate(privateKey, version, [built]))
      server.files.set('/mip/update.json', Buffer.from(JSON.stringify(signed)))
    },
    updates: (more = {}) =>
      createUpdates({
        manifestUrl: `${server.url}/mip/update.json`,
        publicKey,
        version: '0.1.9',
        target: 'deb',
        folder: userData,
        readStatus: () => Promise.resolve(idle),
        install: (file) => {
          installed.push(file)
          return Promise.resolve()
        },
        ...more,
      }),
  }
}

const leftOver = (folder: string): readonly string[] => {
  const downloads = join(folder, 'updates')
  return existsSync(downloads) ? readdirSync(downloads) : []
}

describe('an update', () => {
  it('is downloaded into a folder of the owner, verified, and installed once', async (t) => {
    const { offer, updates, folder, content, installed } = await makeBench(t)
    offer('0.2.0')
    const { look, install } = updates()
    const ready = await look()
    assert.equal(ready?.version, '0.2.0')
    assert.deepEqual(readFileSync(ready.path), content)
    if (process.platform !== 'win32') {
      assert.equal(statSync(join(folder, 'updates')).mode & 0o777, 0o700)
      assert.equal(statSync(ready.path).mode & 0o777, 0o600)
    }
    assert.equal(await install(), true)
    assert.deepEqual(installed, [ready.path])
  })

  it('waits while an order is open, an operation runs, or nobody knows', async (t) => {
    const { offer, updates, installed } = await makeBench(t)
    offer('0.2.0')
    for (const status of [{ ...idle, openOrders: 1 }, { ...idle, runningOperations: 1 }, {}, undefined]) {
      const { look, install } = updates({ readStatus: () => Promise.resolve(status) })
      assert.ok(await look())
      assert.equal(await install(), false)
      assert.equal(mayInstall(status), false)
    }
    assert.deepEqual(installed, [])
  })

  it('of the version that runs is nothing to do', async (t) => {
    const { offer, updates } = await makeBench(t)
    offer('0.1.9')
    assert.equal(await updates().look(), undefined)
  })

  it('that is older is refused, and so is a replayed manifest older than one seen before', async (t) => {
    const { offer, updates, folder } = await makeBench(t)
    offer('0.1.8')
    await assert.rejects(updates().look(), { name: 'UpdateRefused', message: /0\.1\.8 低于已有或见过的 0\.1\.9/ })
    offer('0.3.0')
    await updates().look()
    offer('0.2.0')
    await assert.rejects(updates().look(), { name: 'UpdateRefused', message: /0\.2\.0 低于已有或见过的 0\.3\.0/ })
    writeFileSync(join(folder, 'highest-version'), 'not a version')
    assert.ok(await updates().look())
  })

  it('whose manifest was changed, or signed by another key, is refused before a byte of it is believed', async (t) => {
    const { offer, updates, folder, files } = await makeBench(t)
    const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const changes: ((signed: SignedManifest) => SignedManifest)[] = [
      ({ manifest, signature }) => ({
        manifest: Buffer.from(Buffer.from(manifest, 'base64').toString().replace('0.2.0', '9.9.9')).toString('base64'),
        signature,
      }),
      ({ manifest }) => ({ manifest, signature: Buffer.alloc(64).toString('base64') }),
      ({ manifest }) => ({ manifest, signature: 'AAAA' }),
      ({ signature }) => ({ manifest: Buffer.from('{}').toString('base64'), signature }),
      () => signUpdate(other, '0.2.0', [join(folder, '..', packageName)]),
    ]
    for (const change of changes) {
      offer('0.2.0', change)
      await assert.rejects(updates().look(), { name: 'UpdateRefused', message: /签名不符/ })
    }
    for (const text of ['', 'null', '{}', '[1]', '{"manifest":"a","signature":"b","more":1}', '<html>']) {
      files.set('/mip/update.json', Buffer.from(text))
      await assert.rejects(updates().look(), { name: 'UpdateRefused' }, text)
    }
    assert.deepEqual(readdirSync(folder), [])
  })

  it('whose package was changed, cut off or made longer is refused and removed', async (t) => {
    const { offer, updates, folder, content, files, installed } = await makeBench(t)
    offer('0.2.0')
    const changed = Buffer.from(content)
    changed.writeUInt8(changed.readUInt8(1000) ^ 1, 1000)
    const cut = (response: ServerResponse): void => {
      response.writeHead(200, { 'content-length': String(content.length) })
      response.write(content.subarray(0, 1000), () => response.destroy())
    }
    const endless = (response: ServerResponse): void => {
      const feed = (): void => {
        while (!response.destroyed && response.write(content));
        response.once('drain', feed)
      }
      feed()
    }
    for (const wrong of [changed, content.subarray(0, -1), Buffer.concat([content, Buffer.of(0)]), cut, endless]) {
      files.set(`/mip/${packageName}`, wrong)
      const { look, install } = updates()
      await assert.rejects(look())
      assert.equal(await install(), false)
      assert.deepEqual(leftOver(folder), [])
    }
    assert.deepEqual(installed, [])
  })

  it('that never ends to arrive is given up in time', async (t) => {
    const { offer, updates, folder, files } = await makeBench(t)
    const silent = (response: ServerResponse): void => {
      response.writeHead(200)
      response.flushHeaders()
    }
    const limits = { manifestWithinMs: 100, downloadWithinMs: 100 }
    files.set('/mip/update.json', silent)
    await assert.rejects(updates({ limits }).look(), { name: 'TimeoutError' })
    offer('0.2.0')
    files.set(`/mip/${packageName}`, silent)
    await assert.rejects(updates({ limits: { ...limits, manifestWithinMs: 60_000 } }).look(), { name: 'TimeoutError' })
    assert.deepEqual(leftOver(folder), [])
  })

  it('is not fetched from where the server sends us, and not from a server that says no', async (t) => {
    const { updates, files } = await makeBench(t)
    await assert.rejects(updates().look(), { name: 'UpdateRefused', message: /404/ })
    files.set('/mip/update.json', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
    await assert.rejects(updates().look())
  })

  it('that was changed on the disk after it was verified is not installed', async (t) => {
    const { offer, updates, installed } = await makeBench(t)
    offer('0.2.0')
    const { look, install } = updates()
    const ready = await look()
    writeFileSync(ready?.path ?? '', 'another program')
    await assert.rejects(install(), { name: 'UpdateRefused', message: /SHA-256/ })
    assert.deepEqual(installed, [])
  })
})

describe('the manifest', () => {
  it('names files, never paths, and is made only for packages the desktop knows', (t) => {
    const folder = folderFor(t)
    const privateKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    for (const name of ['a.zip', '-rf.deb', '..deb']) {
      writeFileSync(join(folder, name), 'x')
      assert.throws(() => signUpdate(privateKey, '0.2.0', [join(folder, name)]), RangeError, name)
    }
  })

  it('signed by OpenSSL is opened by the desktop; a key that is none opens nothing', (t) => {
    const folder = folderFor(t)
    const file = join(folder, 'a.deb')
    writeFileSync(file, 'x')
    const publicKey = makeUpdateKey(join(folder, 'key'))
    const text = JSON.stringify(signUpdate(readFileSync(join(folder, 'key'), 'utf8'), '0.2.0', [file]))
    const manifest = openManifest(text, publicKey)
    assert.equal(manifest.version, '0.2.0')
    assert.throws(() => openManifest(text, 'AAAA'), { name: 'UpdateRefused' })
    const here = { version: '0.1.0', highestSeen: '0.1.0', target: 'nsis' } as const
    assert.throws(() => chooseFile(manifest, here), { name: 'UpdateRefused', message: /没有适用于本机/ })
    assert.throws(() => makeUpdateKey(join(folder, 'key')), { code: 'EEXIST' })
  })

  it('orders versions by their numbers, not their text', () => {
    assert.ok(compareVersions('0.10.0', '0.9.9') > 0)
    assert.ok(compareVersions('1.0.0', '0.99.99') > 0)
    assert.equal(compareVersions('1.2.3', '1.2.3'), 0)
    assert.ok(compareVersions('1.2.3', '1.2.10') < 0)
  })
})

describe('installing', () => {
  const place = { file: '/u/updates/x', resources: '/r', appImage: undefined }

  it('is a fixed command for each kind of package', () => {
    assert.deepEqual(planInstall({ ...place, target: 'nsis' }), {
      kind: 'run',
      program: join('/r', 'elevate.exe'),
      arguments: ['/u/updates/x', '/S', '--updated', '--force-run'],
      startsAgain: true,
    })
    assert.deepEqual(planInstall({ ...place, target: 'deb' }), {
      kind: 'run',
      program: '/usr/bin/pkexec',
      arguments: ['/usr/bin/dpkg', '--install', '/u/updates/x'],
      startsAgain: false,
    })
    assert.deepEqual(
      [targetOf('win32', undefined), targetOf('linux', '/a'), targetOf('linux', undefined)],
      ['nsis', 'appimage', 'deb'],
    )
    assert.throws(() => planInstall({ ...place, target: 'appimage' }))
  })

  it('puts a new AppImage in the place of the old one, ready to run', async (t) => {
    const folder = folderFor(t)
    const [from, to] = [join(folder, 'new'), join(folder, 'mip.AppImage')]
    writeFileSync(from, 'new')
    writeFileSync(to, 'old')
    await runInstall(planInstall({ ...place, target: 'appimage', file: from, appImage: to }))
    assert.equal(readFileSync(to, 'utf8'), 'new')
    if (process.platform !== 'win32') assert.equal(statSync(to).mode & 0o777, 0o755)
    assert.deepEqual(readdirSync(folder).toSorted(), ['mip.AppImage', 'new'])
  })

  it('that is refused or fails says so', async () => {
    const run = (program: string, given: readonly string[] = []) =>
      runInstall({ kind: 'run', program, arguments: given, startsAgain: false })
    await run(process.execPath, ['-e', ''])
    await assert.rejects(run(process.execPath, ['-e', 'process.exit(126)']), /126/)
    await assert.rejects(run('/no/such/program'), { code: 'ENOENT' })
  })
})
