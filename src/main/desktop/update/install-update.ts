// Owns handing a verified package to the system. What is run is fixed here for each kind of package; nothing of the manifest
// but a checked file name reaches it.
import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { UpdateTarget } from '../../../contract/desktop/update-manifest.ts'
import { childEnvironment } from '../../../core/domain/machine/child-environment.ts'

export type InstallPlace = {
  readonly target: UpdateTarget
  /** The verified file. */
  readonly file: string
  /** The package's resources, where the NSIS package brings its helper that asks for administrator rights. */
  readonly resources: string
  /** The AppImage that runs; undefined for the others. */
  readonly appImage: string | undefined
}

export type InstallStep =
  | {
      readonly kind: 'run'
      readonly program: string
      readonly arguments: readonly string[]
      /** The installer ends this program and starts the new one itself. */
      readonly startsAgain: boolean
    }
  | { readonly kind: 'replace'; readonly from: string; readonly to: string }

/** What installing means. Throws an Error when an AppImage does not know where it lies. */
export const planInstall = ({ target, file, resources, appImage }: InstallPlace): InstallStep => {
  switch (target) {
    case 'nsis':
      return {
        kind: 'run',
        program: join(resources, 'elevate.exe'),
        arguments: [file, '/S', '--updated', '--force-run'],
        startsAgain: true,
      }
    case 'deb':
      return {
        kind: 'run',
        program: '/usr/bin/pkexec',
        arguments: ['/usr/bin/dpkg', '--install', file],
        startsAgain: false,
      }
    case 'appimage':
      if (appImage === undefined) throw new Error('this is no AppImage')
      return { kind: 'replace', from: file, to: appImage }
  }
}

/** The kind of package that this program came as. */
export const targetOf = (platform: NodeJS.Platform, appImage: string | undefined): UpdateTarget =>
  platform === 'win32' ? 'nsis' : appImage === undefined ? 'deb' : 'appimage'

/** Does it; resolves when the new version is in place (or, where it `startsAgain`, on its way). Rejects when it is not. */
export const runInstall = async (step: InstallStep): Promise<void> => {
  if (step.kind === 'replace') {
    // Beside the old one first, so that there is a whole one at every instant.
    const next = `${step.to}.next`
    copyFileSync(step.from, next)
    chmodSync(next, 0o755)
    renameSync(next, step.to)
    return
  }
  const child = spawn(step.program, step.arguments, {
    detached: step.startsAgain,
    stdio: 'ignore',
    env: childEnvironment(process.env),
  })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    if (step.startsAgain) child.once('spawn', resolve)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`安装程序以 ${String(code)} 结束`))
    })
  })
  if (step.startsAgain) child.unref()
}
