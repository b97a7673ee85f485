// The 反馈单 as people paste it: from a spreadsheet, a message, a scanned form; and what they are told of what is wrong.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { businessTypesOf, parseFeedbackForm } from '../../src/contract/feedback-form.ts'

const heads = [
  '序号',
  '定点医药机构编码',
  '机构渠道认证编码',
  '线上业务类型',
  '第三方渠道应用名称',
  '定点医药机构小程序/H5应用ID',
  '定点医药机构小程序/H5应用密钥',
]
const cells = [
  'H00000000001',
  'ORGCHNL000001',
  '04106-线上身份核验业务',
  '测试渠道',
  'TESTAPP0000000000000000000000001',
  '0123456789ABCDEF0123456789ABCDEF',
]
const [orgCodg = '', orgChannelCode = '', businessType = '', channelName = '', appId = '', appSecret = ''] = cells
const form = { orgCodg, orgChannelCode, businessType, channelName, appId, appSecret }
const pairs = heads.slice(1).map((head, at) => [head, cells[at] ?? ''] as const)

const pastes: Readonly<Record<string, string>> = {
  'a row with its headings, by tabs': `${heads.join('\t')}\n1\t${cells.join('\t')}`,
  'with lines of the form around it': `受理反馈表\t\t\n发起申请单位:微信\t\t回复时间\n${heads.join('\t')}\r\n1\t${cells.join('\t')}\r\n受理结果\t同意`,
  'a row alone, with its number': `1\t${cells.join('\t')}`,
  'a row alone, without it': cells.join('\t'),
  'by commas': `${heads.join(',')}\n1,${cells.join(',')}`,
  'by full-width commas': `${heads.join('，')}\n1，${cells.join('，')}`,
  'by the bars of a text table': `| ${heads.join(' | ')} |\n| 1 | ${cells.join(' | ')} |`,
  'names and values': pairs.map(([head, value]) => `${head}: ${value}`).join('\n'),
  'by full-width colons, with wide spaces': pairs
    .map(([head, value]) => `\u3000${head}\u3000：\u3000${value}\u3000`)
    .join('\r\n'),
  'each value under its name': pairs.map(([head, value]) => `${head}：\n${value}`).join('\n\n'),
  'by tabs, a pair a line': pairs.map(([head, value]) => `${head}\t${value}`).join('\n'),
  'in another order, in short names': `应用密钥=${appSecret}\n应用id=${appId}\n机构编码=${orgCodg}\n渠道认证编码=${orgChannelCode}\n线上业务类型=${businessType}\n渠道应用名称=${channelName}`,
  'in quotes, with invisible marks': pairs.map(([head, value]) => `\ufeff${head}: "\u200b${value}"`).join('\n'),
  'by old line ends': pairs.map(([head, value]) => `${head}:${value}`).join('\r'),
  'with full-width letters in the headings': pairs
    .map(([head, value]) => `${head.replace('H5', 'Ｈ５').replace('ID', 'ＩＤ').replace('/', '／')}：${value}`)
    .join('\n'),
}

describe('a paste is read whole', () => {
  for (const [what, pasted] of Object.entries(pastes)) {
    it(what, () => {
      assert.deepEqual(parseFeedbackForm(pasted), { form, rows: [form], faults: [] })
    })
  }
})

describe('several rows, and several business types', () => {
  const second = ['2', orgCodg, 'ORGCHNL000002', '医保移动支付业务', '建设银行手机银行', appId, appSecret]
  const head = heads.join('\t')

  it('the heading 机构渠道认证码, as the form for production has it', () => {
    const pasted = `${head.replace('机构渠道认证编码', '机构渠道认证码')}\n1\t${cells.join('\t')}`
    assert.deepEqual(parseFeedbackForm(pasted), { form, rows: [form], faults: [] })
  })

  it('every row is kept with all its columns, with headings and without', () => {
    const own = `1\t${cells.join('\t')}\n${second.join('\t')}`
    for (const pasted of [own, `${head}\n${own}\n受理结果\t同意接入申请\n说明：1. 机构渠道认证编码：指定点医药机构`]) {
      const { rows, faults } = parseFeedbackForm(pasted)
      assert.deepEqual(faults, [])
      assert.deepEqual(
        rows.map((row) => [row.orgChannelCode, row.businessType, row.channelName, row.appId]),
        [
          [orgChannelCode, businessType, channelName, appId],
          ['ORGCHNL000002', '医保移动支付业务', '建设银行手机银行', appId],
        ],
      )
    }
  })

  it('rows of two institutions, or of two applications, are told', () => {
    const other = second.with(1, 'H00000000002').with(5, 'TESTAPP0000000000000000000000002')
    const { faults } = parseFeedbackForm(`${head}\n1\t${cells.join('\t')}\n${other.join('\t')}`)
    assert.deepEqual(
      faults.map(({ name }) => name),
      ['orgCodg', 'appId'],
    )
    assert.ok(!JSON.stringify(faults).includes(appSecret))
  })

  it('two business types in one cell, also when the cell has two lines', () => {
    const both = [
      { code: '04106', name: '线上身份核验业务' },
      { code: '', name: '医保移动支付业务' },
    ]
    for (const apart of [' ', '\n', '、', '；']) {
      const cell = `04106-线上身份核验业务${apart}医保移动支付业务`
      assert.deepEqual(businessTypesOf(cell), both)
      const row = ['1', ...cells.with(2, apart === '\n' ? `"${cell}"` : cell)].join('\t')
      const [read] = parseFeedbackForm(`${head}\n${row}`).rows
      assert.deepEqual(businessTypesOf(read?.businessType ?? ''), both)
      assert.equal(read?.appSecret, appSecret)
    }
  })
})

describe('what is wrong is told', () => {
  const faultsOf = (pasted: string) => parseFeedbackForm(pasted).faults.map(({ name }) => name)

  it('nothing of a form', () => {
    for (const pasted of ['', '  \n\t', '你好', 'a,b,c', '{"appId":1}'])
      assert.deepEqual(faultsOf(pasted), [''], pasted)
  })
  it('a form whose cells are still empty', () => {
    const { form: read, faults } = parseFeedbackForm(`${heads.join('\t')}\n1\t\t\t04106-线上身份核验业务\t\t\t`)
    assert.equal(read.businessType, businessType)
    assert.deepEqual(
      faults.map(({ name }) => name),
      ['orgCodg', 'appId', 'appSecret'],
    )
    for (const { text } of faults) assert.match(text, /^缺少/)
  })
  it('codes that a word processor has changed', () => {
    const wide = `${heads.join('\t')}\n1\tｈ00000000001\tC\tT\tN\t${appId.slice(0, 15)} x\t${appSecret.slice(0, 8)}`
    assert.deepEqual(faultsOf(wide), ['orgCodg', 'appId', 'appSecret'])
  })
  it('a paste of a whole document', () => {
    assert.deepEqual(faultsOf('x'.repeat(10_001)), [''])
  })
  it('no fault repeats the secret', () => {
    const secret = `${appSecret} ${appSecret}`
    const { faults } = parseFeedbackForm(`应用密钥: ${secret}\n应用ID: ${appId}`)
    assert.ok(!JSON.stringify(faults).includes(appSecret))
  })
})
