// Owns `npm run journal -- COMMAND`: what an administrator does with the journal of a data folder. The work is in
// src/main/journal; here are the commands, their flags and what they say.
import { existsSync, readFileSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readDataDir } from '../src/main/config/load-config.ts'
import { errorTable } from '../src/core/domain/errors/error-table.ts'
import { AgentError } from '../src/core/domain/errors/errors.ts'
import { logFolderOf } from '../src/core/log/log-folder.ts'
import { readNewestLines } from '../src/core/log/read-log.ts'
import { cutJournal } from '../src/main/journal/care/cut-journal.ts'
import { exportJournal } from '../src/main/journal/care/export-journal.ts'
import { orderMarkByKey } from '../src/main/journal/keys/order-mark.ts'
import { rotateKeys } from '../src/main/journal/keys/journal-keys.ts'
import { openKeyStore } from '../src/main/journal/keys/key-store.ts'
import { lockFolder } from '../src/main/journal/base/lock-folder.ts'
import { openExistingStore, type JournalStore } from '../src/main/journal/store/open-store.ts'
import { recoverKey, writeRecoveryKey } from '../src/main/journal/care/recovery-key.ts'
import { backUpJournal, restoreJournal, setAside } from '../src/main/journal/care/replace-journal.ts'
import { holdsHead, verifyJournal } from '../src/main/journal/care/verify-journal.ts'
import { headlessProtection } from '../src/main/journal/keys/windows-protection.ts'

const keepYears = 5
const exitFindings = 2
/** The agent's own: on Windows only the account that it runs under opens the key. */
const keptBy = headlessProtection(process.platform)

const usage = `账本管理 (journal): npm run journal -- 命令 --data-dir 目录 [选项]

助手运行时也可执行 (also beside a running agent):
  verify [--head 序号:摘要]     校验整条链; --head 与别处记下的链头核对
  quarantine                    列出损坏的记录和校验不通过之处
  backup 文件                   在线备份; 不含密钥文件 journal.key
  export [--from 日期] [--to 日期] [--unmasked]
                                导出为 JSON 行 (标准输出), 默认遮盖姓名、证件号、令牌
  lines 医院订单号              这笔订单在日志里的标记, 和带有它的行, 旧的在前
  recovery-key 文件             导出恢复密钥, 存入保险柜

须先停止助手 (the agent must be stopped):
  restore 文件                  校验后恢复备份; 原账本移到 replaced-时间 目录
  recover-key 文件              密钥丢失后, 用恢复密钥重新打开账本
  rotate-keys --recovery 文件   更换密钥, 并导出新的恢复密钥
  accept --operator 工号 --remark 说明
                                核对完毕后接受校验不通过之处, 恢复收费
  cut --operator 工号 [--before 日期]
                                删除 ${keepYears} 年前 (或更早的日期前) 已了结的订单
  begin-anew --operator 工号 --yes
                                账本无法打开时移到一旁, 下次启动新建; 未了结订单须人工核对

  --data-dir 目录 或 --config 配置文件; 日期为 2026-01-31 (北京时间)
退出码 (exit): 0 正常, 1 出错, ${exitFindings} 校验不通过
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = {
  ...{ 'data-dir': text, config: text, head: text, from: text, to: text, before: text },
  ...{ operator: text, remark: text, recovery: text, unmasked: flag, yes: flag, help: flag },
} as const

/** What was asked cannot be done so; the text says why. */
const usageError = (message: string): Error => Object.assign(new Error(message), { name: 'UsageError' })

const say = (line: string): void => {
  // Synchronous: an export is whole when the program ends, also into a pipe.
  const bytes = Buffer.from(`${line}\n`)
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

const readArguments = () => parseArgs({ options, allowPositionals: true, strict: true })

let commandLine: ReturnType<typeof readArguments>
try {
  commandLine = readArguments()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}`)
  process.exit(1)
}
const { values, positionals } = commandLine
const [command = '', operand] = positionals

const folder = (): string => {
  const path = values['data-dir'] ?? (values.config === undefined ? undefined : readDataDir(values.config))
  if (path === undefined) throw usageError('缺少 --data-dir')
  return resolve(path)
}

const needed = (value: string | undefined, name: string): string => {
  if (value === undefined || value === '') throw usageError(`缺少 ${name}`)
  return value
}

/** Midnight of Asia/Shanghai. */
const dayMs = (day: string): number => {
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00+08:00`) : Number.NaN
  if (Number.isNaN(atMs)) throw usageError(`日期应为 2026-01-31: ${day}`)
  return atMs
}

const reading = <Value>(work: (store: JournalStore) => Value): Value => {
  const store = openExistingStore(folder(), { mayWrite: false, ...keptBy })
  try {
    return work(store)
  } finally {
    store.database.close()
  }
}

const locked = <Value>(work: (path: string) => Value): Value => {
  const path = folder()
  if (!existsSync(path)) throw usageError(`没有这个目录: ${path}`)
  const release = lockFolder(path)
  try {
    return work(path)
  } finally {
    release()
  }
}

const writing = <Value>(work: (store: JournalStore) => Value): Value =>
  locked((path) => {
    const store = openExistingStore(path, { mayWrite: true, ...keptBy })
    try {
      return work(store)
    } finally {
      store.database.close()
    }
  })

const verify = (): number =>
  reading((store) => {
    const { entries, head, findings, holds } = verifyJournal(store)
    say(`记录 (entries): ${entries}`)
    say(`链头 (head): ${head.seq}:${head.chain}`)
    for (const { seq, reason } of findings) say(`  序号 ${seq}: ${reason}`)
    if (values.head !== undefined) {
      const [seq = '', chain = ''] = values.head.split(':')
      if (!holdsHead(store, Number(seq), chain)) {
        say('账本里没有这个链头: 可能被换成了旧的或另一个账本 (the journal does not hold that head)')
        return exitFindings
      }
    }
    say(holds ? '校验通过 (the chain holds)' : '校验不通过 (the chain does not hold)')
    return holds ? 0 : exitFindings
  })

const quarantine = (): number =>
  reading((store) => {
    verifyJournal(store)
    const order = store.database.prepare('SELECT org_codg || ? || med_org_ord FROM orders WHERE id = ?').pluck()
    const rows = store.quarantine.list()
    for (const { seq, reason, order_id: id, accepted } of rows) {
      const whose = id === null ? '' : ` 订单 ${String(order.get('/', id))}`
      say(`序号 ${seq}: ${reason}${whose}${accepted === null ? '' : ' (已接受)'}`)
    }
    say(`共 ${rows.length} 处 (findings), ${store.quarantine.orderCount()} 笔订单 (orders)`)
    return rows.length === 0 ? 0 : exitFindings
  })

const backup = async (): Promise<number> => {
  const target = needed(operand, '文件')
  const store = openExistingStore(folder(), { mayWrite: false, ...keptBy })
  try {
    await backUpJournal(store.database, target)
  } finally {
    store.database.close()
  }
  say(`已备份 (backed up): ${resolve(target)}`)
  say('恢复时还需要当时的 journal.key 或恢复密钥 (restoring needs the key of that time)')
  return 0
}

const restore = (): number =>
  locked((path) => {
    const { verification, asideFolder, openOrders } = restoreJournal(path, needed(operand, '文件'), {
      atMs: Date.now(),
    })
    say(`已恢复 (restored): ${verification.entries} 条记录, 链头 ${verification.head.seq}:${verification.head.chain}`)
    say(`原账本在 (the replaced journal): ${asideFolder}`)
    say(`未了结订单 ${openOrders} 笔, 启动后自动核实; 备份之后的订单账本里没有, 须与中心和 HIS 逐笔核对`)
    return 0
  })

const exportLines = (): number =>
  reading((store) => {
    const { holds } = exportJournal(store, {
      fromMs: values.from === undefined ? 0 : dayMs(values.from),
      toMs: values.to === undefined ? Number.MAX_SAFE_INTEGER : dayMs(values.to) + 24 * 3_600_000,
      unmasked: values.unmasked === true,
      write: say,
    })
    return holds ? 0 : exitFindings
  })

const atMostShownLines = 5_000

const lines = async (): Promise<number> => {
  const medOrgOrd = needed(operand, '医院订单号')
  const order = reading(({ keys }) => orderMarkByKey(keys.lookup)(medOrgOrd))
  const found = await readNewestLines(logFolderOf(folder()), { order }, atMostShownLines)
  say(`订单标记 (mark): ${order}, ${found.length} 行 (lines)`)
  for (const line of found.toReversed()) say(JSON.stringify(line))
  return 0
}

const recoveryKey = (): number => {
  const target = resolve(needed(operand, '文件'))
  if (existsSync(target)) throw usageError(`已存在, 不覆盖: ${target}`)
  reading(() => {
    writeRecoveryKey(folder(), target, keptBy.protection)
  })
  say(`恢复密钥 (recovery key): ${target}\n请打印或拷入保险柜, 不要留在本机; 有它和账本就能读出全部内容`)
  return 0
}

const recover = (): number =>
  locked((path) => {
    recoverKey(path, readFileSync(needed(operand, '文件'), 'utf8'))
    say('密钥已恢复, 可以启动助手 (the key is back)')
    return 0
  })

const rotate = (): number => {
  const target = resolve(needed(values.recovery, '--recovery'))
  if (existsSync(target)) throw usageError(`已存在, 不覆盖: ${target}`)
  return writing(({ database, folder: path }) => {
    rotateKeys(database, openKeyStore(path, keptBy.protection), () => undefined)
    writeRecoveryKey(path, target, keptBy.protection)
    say(`密钥已更换, 新的恢复密钥 (new recovery key): ${target}`)
    say('旧备份仍用旧的恢复密钥, 请与旧备份一起保存')
    return 0
  })
}

const accept = (): number =>
  writing((store) => {
    const operator = needed(values.operator, '--operator')
    const remark = needed(values.remark, '--remark')
    verifyJournal(store)
    const accepted = store.quarantine.acceptBreaks({ operator, remark, atMs: Date.now() })
    say(`已接受 ${accepted} 处 (accepted); 损坏的订单仍须人工处理`)
    return 0
  })

const cut = (): number =>
  writing((store) => {
    const operator = needed(values.operator, '--operator')
    const newest = new Date()
    newest.setFullYear(newest.getFullYear() - keepYears)
    const beforeMs = values.before === undefined ? newest.getTime() : dayMs(values.before)
    if (beforeMs > newest.getTime()) throw usageError(`至少保存 ${keepYears} 年`)
    const done = cutJournal(store, { beforeMs, operator, atMs: Date.now() })
    say(
      done === undefined
        ? '没有可删除的 (nothing to remove)'
        : `已删除 ${done.removedOrders} 笔订单, ${done.removedEntries} 条记录`,
    )
    return 0
  })

const beginAnew = (): number =>
  locked((path) => {
    needed(values.operator, '--operator')
    if (values.yes !== true) throw usageError('确认后加 --yes: 未了结订单将无人跟踪')
    say(`旧账本和密钥在 (moved to): ${setAside(path, Date.now())}`)
    say('下次启动将新建账本。旧账本中未了结的订单必须与中心和 HIS 逐笔核对')
    return 0
  })

const commands: Readonly<Record<string, () => number | Promise<number>>> = {
  ...{ verify, quarantine, backup, restore, accept, cut, lines, export: exportLines },
  ...{ 'recovery-key': recoveryKey, 'recover-key': recover, 'rotate-keys': rotate, 'begin-anew': beginAnew },
}

const run = async (): Promise<number> => {
  const chosen = commands[command]
  if (values.help === true || chosen === undefined) {
    say(usage)
    return values.help === true ? 0 : 1
  }
  return chosen()
}

try {
  process.exitCode = await run()
} catch (error) {
  if (error instanceof Error && error.name === 'UsageError')
    process.stderr.write(`${error.message}\n用法见 (usage): npm run journal -- --help\n`)
  else if (error instanceof AgentError) {
    process.stderr.write(`[${error.code}] ${error.message}\n处理: ${errorTable[error.code].hint}\n`)
  } else throw error
  process.exitCode = 1
}
