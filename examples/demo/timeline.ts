// Owns how the demonstration looks: one line a step, with what the agent answered. It decides nothing.
import type { AgentProcess, Answer } from '../../test/fixtures/agent-process.ts'

export type Timeline = {
  readonly open: (agent: AgentProcess, scannerPath: string | undefined, reason: string | undefined) => void
  readonly chapter: (title: string) => void
  readonly say: (who: string, what: string, detail: string, answer?: Answer) => void
  readonly table: (rows: readonly (readonly string[])[]) => void
  readonly close: () => void
}

/** Chinese characters take two columns in a terminal. */
const widthOf = (text: string): number => Array.from(text).reduce((sum, each) => sum + (each > '\u2e80' ? 2 : 1), 0)
const pad = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - widthOf(text)))

const factsOf = ({ status, data }: Answer): string => {
  const { state, ordStas, paid, next } = data
  if (state === undefined) return ''
  return `HTTP ${status}  ordStas=${String(ordStas)}  paid=${String(paid)}  next=${String(next)}`
}

export const createTimeline = (): Timeline => {
  const startedMs = performance.now()
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`)
  }
  return {
    open: (agent, scannerPath, reason) => {
      print("医保移动支付助手 mip-agent: 收费员的一天 (a cashier's day)")
      print(`助手 (agent)     ${agent.url}   环境: 沙箱 (sandbox), 患者均为虚构 (invented patients)`)
      print(`中心 (center)    ${agent.sandboxUrl}   逐笔验签 (verifies every signature)`)
      if (scannerPath !== undefined)
        print(`扫码枪 (scanner) ${scannerPath}   真实的伪终端串口 (a real pseudo terminal)`)
      else print(`扫码枪 (scanner) 未使用 (not used): ${reason ?? ''}; 解码进程为模拟 (simulated decoder host)`)
    },
    chapter: (title) => {
      print(`\n${title}`)
    },
    say: (who, what, detail, answer) => {
      const at = `${((performance.now() - startedMs) / 1000).toFixed(2)}s`.padStart(7)
      print(
        `${at}  ${pad(who, 5)} ${pad(what, 22)} ${pad(detail, 44)} ${answer === undefined ? '' : factsOf(answer)}`.trimEnd(),
      )
    },
    table: (rows) => {
      const columns = rows[0]?.map((_, index) => Math.max(...rows.map((row) => widthOf(row[index] ?? '')))) ?? []
      for (const row of rows)
        print(`  ${row.map((cell, index) => pad(cell, columns[index] ?? 0)).join('  ')}`.trimEnd())
    },
    close: () => {
      print('\n账本与中心逐笔一致 (the journal and the center agree on every order).')
    },
  }
}
