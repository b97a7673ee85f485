// Owns `npm run staff-key`: makes the hash of the key with which staff leaves the kiosk. The key comes through stdin, never
// through the command line.
import { createInterface } from 'node:readline'
import { hashStaffKey } from '../src/main/desktop/staff-key.ts'

process.stderr.write('请输入工作人员退出口令 (staff key), 6 到 64 个字符, 回车结束:\n')
for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(hashStaffKey(line.trim()))
    process.stderr.write('写入配置 desktop.kiosk.staffKey\n')
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
  break
}
