// Owns `npm run kiosk:key`: reads the staff's PIN of a kiosk from standard input, never from the command line, and writes what
// the configuration keeps of it.
import { createInterface } from 'node:readline'
import { hashStaffPin } from '../src/main/api/kiosk/staff-key.ts'

process.stderr.write('管理密码, 4 到 12 位数字 (staff PIN, 4 to 12 digits): ')
for await (const pin of createInterface({ input: process.stdin })) {
  if (!/^\d{4,12}$/.test(pin)) {
    process.stderr.write('应为 4 到 12 位数字 (must be 4 to 12 digits)\n')
    process.exit(1)
  }
  process.stdout.write(`写入配置 kiosk.staffKey (for the configuration): ${await hashStaffPin(pin)}\n`)
  process.exit(0)
}
