// Measures what the addresses for old programs cost: a dry run of an upload by /call/6201 against the same by /v1/orders,
// so that neither the center nor the disk is in it and the difference is the decoder's.
import { encodeGb18030 } from '../../src/contract/check/gb18030.ts'
import { newUpload } from '../channel.ts'
import { interleave, median } from '../measure.ts'
import type { Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { timePost, withSite, type Site } from '../site.ts'

const sizes = [
  { lines: 1, rounds: 1_000, atMostMs: 0.3 },
  { lines: 500, rounds: 200, atMostMs: 2 },
] as const
const warmUpShare = 0.2

const inGbk = (body: Buffer): Buffer => Buffer.from(encodeGb18030(body.toString()))

const inForm = (body: Buffer): Buffer => {
  const escaped = [...inGbk(body)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  return Buffer.from(`data=${escaped}`)
}

/** Milliseconds of one dry run, the body made beforehand. */
const timeDryRun = ({ client, agent }: Site, path: string, body: Buffer, type = 'application/json'): Promise<number> =>
  timePost(client, `${agent.url}${path}?dryRun=true`, body, { ...agent.headers, 'content-type': type })

const run: Part['run'] = async (bench) => {
  await withSite(async (site) => {
    const rows: string[][] = []
    for (const { lines, rounds: full, atMostMs } of sizes) {
      const bill = newUpload({ lines, full: false })
      const [gbk, form] = [inGbk(bill), inForm(bill)]
      const rounds = bench.rounds(full)
      const samples = await interleave(
        {
          json: () => timeDryRun(site, '/v1/orders', bill),
          utf8: () => timeDryRun(site, '/call/6201', bill),
          gbk: () => timeDryRun(site, '/call/6201', gbk, 'application/json; charset=gbk'),
          form: () => timeDryRun(site, '/call/6201', form, 'application/x-www-form-urlencoded; charset=gbk'),
        },
        { rounds, warmUp: Math.ceil(rounds * warmUpShare) },
      )
      const base = median(samples.json)
      const added = (way: 'utf8' | 'gbk' | 'form'): number => median(samples[way]) - base
      rows.push([String(lines), digits(base), digits(added('utf8')), digits(added('gbk')), digits(added('form'))])
      const label = `${lines} 行 GBK 经 /call 的增加 /call adds to ${lines} lines`
      bench.record({
        name: `old-clients-${lines}`,
        label,
        value: added('gbk'),
        unit: 'ms',
        limit: { atMost: atMostMs },
      })
    }
    const header = ['行数 lines', 'JSON ms', '+ /call UTF-8', '+ /call GBK', '+ /call GBK 表单 form']
    bench.print(...tableLines([header, ...rows]))
  })
}

export const oldClients: Part = {
  name: 'old-clients',
  title: '老接口比 JSON 接口多用的时间 What /call adds to the JSON path (6201, dry run)',
  run,
}
