// Owns `npm run desktop`: builds what is missing and starts Electron. Its binary is fetched separately; without it this says so.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildBundles } from './build/build.ts'
import { findElectron } from './find-electron.ts'

const root = join(import.meta.dirname, '..')
const electron = findElectron()

if (electron === undefined) {
  process.stderr.write(
    '没有 Electron 程序文件 (Electron is not installed): npm 只装了它的类型和脚本。\n' +
      '能上网时执行 npx install-electron; 内网请把解压后的目录写入环境变量 ELECTRON_OVERRIDE_DIST_PATH。\n' +
      '没有 Electron 也能用: npm start 启动助手, 在浏览器里打开控制台。\n',
  )
  process.exitCode = 1
} else {
  await buildBundles()
  if (!existsSync(join(root, 'build/native'))) {
    process.stderr.write('没有 C 解码进程, 桌面里不能解码: 先执行 npm run build:native\n')
  }
  const child = spawn(electron, [root, ...process.argv.slice(2)], { stdio: 'inherit' })
  child.once('exit', (code) => {
    process.exitCode = code ?? 1
  })
}
