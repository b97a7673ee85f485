// Owns `npm run staff-key`: makes the hash of the key with which staff leaves the kiosk, for the agent and for the desktop alike.
// The key comes through stdin, never through the command line.
import { createInterface } from 'node:readline'
import { hashStaffKey } from '../src/main/desktop/staff-key.ts'

process.stderr.write('请输入管理密码, 6 到 12 位数字, 回车结束 (staff key, 6 to 12 digits):\n')
for await (const line of createInterface({ input: process.stdin })) {
  // Digits, since a kiosk has no keyboard.
  if (/^\d{6,12}$/.test(line.trim())) {
    console.log(hashStaffKey(line.trim()))
    process.stderr.write('写入配置 kiosk.staffKey 和 desktop.kiosk.staffKey\n')
  } else {
    process.stderr.write('应为 6 到 12 位数字 (must be 6 to 12 digits)\n')
    process.exitCode = 1
  }
  break
}
