// Owns reading the parameters that the insurance bureau sends a hospital (反馈单), pasted as a row of its table or as lines of
// name and value; all its rows, one for each channel. Pure. It carries no SM2 keys: those are made here and exchanged with the center.

/** What the form names; "" when it was not in the paste. */
export type FeedbackForm = {
  /** 定点医药机构编码 -> orgCodg */
  readonly orgCodg: string
  /** 机构渠道认证编码 (机构渠道认证码), for the channel's own configuration */
  readonly orgChannelCode: string
  /** 线上业务类型; several stand in one cell (businessTypesOf) */
  readonly businessType: string
  /** 第三方渠道应用名称 */
  readonly channelName: string
  /** 定点医药机构小程序/H5应用ID -> center.appId */
  readonly appId: string
  /** 定点医药机构小程序/H5应用密钥 -> the secret appSecret */
  readonly appSecret: string
}

export type FeedbackFormFault = { readonly name: keyof FeedbackForm | ''; readonly text: string }
export type ParsedFeedbackForm = {
  /** The first row: what the agent itself is configured with. */
  readonly form: FeedbackForm
  /** Every row with all its columns, the first one too. */
  readonly rows: readonly FeedbackForm[]
  readonly faults: readonly FeedbackFormFault[]
}

export type BusinessType = { readonly code: string; readonly name: string }

/** The business types of a cell: `04106-线上身份核验业务 医保移动支付业务`, apart by blanks, line ends or 、；;/. */
export const businessTypesOf = (cell: string): readonly BusinessType[] =>
  toHalfWidth(cell)
    .split(/[\s、;,/]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const [, code = '', name = part] = /^(\d{5})[-—:]?(.*)$/.exec(part) ?? []
      return { code, name }
    })

/** In the order of the table's columns, the running number before them left out. */
const columns: readonly { readonly name: keyof FeedbackForm; readonly title: string; readonly label: RegExp }[] = [
  { name: 'orgCodg', title: '定点医药机构编码', label: /^(定点医药)?机构编码$/ },
  { name: 'orgChannelCode', title: '机构渠道认证编码', label: /^(机构)?渠道认证编?码$/ },
  { name: 'businessType', title: '线上业务类型', label: /^线上业务类型(编码)?$/ },
  { name: 'channelName', title: '第三方渠道应用名称', label: /^(第三方)?渠道(应用)?名称$/ },
  { name: 'appId', title: '应用ID', label: /^(定点医药机构)?(小程序\/H5)?应用ID$/i },
  { name: 'appSecret', title: '应用密钥', label: /^(定点医药机构)?(小程序\/H5)?应用密钥$/i },
]

const empty: FeedbackForm = {
  orgCodg: '',
  orgChannelCode: '',
  businessType: '',
  channelName: '',
  appId: '',
  appSecret: '',
}

const atMostLength = 10_000

/** Spaces of every width, invisible marks and quotes around a cell go. */
const clean = (text: string): string =>
  text
    .replaceAll(/[\u200b-\u200d\ufeff]/g, '')
    .replaceAll(/[\u00a0\u3000]/g, ' ')
    .trim()
    .replaceAll(/^["'“”]+|["'“”]+$/g, '')
    .trim()

const toHalfWidth = (text: string): string =>
  text.replaceAll(/[！-～]/g, (wide) => String.fromCharCode((wide.codePointAt(0) ?? 0) - 0xfee0))

const columnOf = (cell: string) => {
  const label = toHalfWidth(clean(cell))
    .replaceAll(/\s+/g, '')
    .replaceAll(/[:*]+$/g, '')
  return columns.find((column) => column.label.test(label))
}

/** Cells of a pasted table: by tabs, by the bars of a text table, else by commas of either width. */
const cellsOf = (line: string): readonly string[] => {
  if (line.includes('\t')) return line.split('\t').map(clean)
  if (line.includes('|'))
    return line
      .replaceAll(/^\s*\||\|\s*$/g, '')
      .split('|')
      .map(clean)
  return line.split(/[,，]/).map(clean)
}

type Found = Partial<Record<keyof FeedbackForm, string>>

/** A row under its headings; without headings a row of the table's own columns, with or without its running number. */
const readTable = (lines: readonly string[]): readonly Found[] => {
  const rows = lines.map(cellsOf)
  const toFound = (heads: readonly (keyof FeedbackForm | undefined)[], row: readonly string[]): Found =>
    Object.fromEntries(heads.flatMap((name, at) => (name === undefined ? [] : [[name, row[at] ?? '']])))
  const headAt = rows.findIndex((cells) => cells.filter((cell) => columnOf(cell) !== undefined).length >= 2)
  if (headAt >= 0) {
    const heads = (rows[headAt] ?? []).map((cell) => columnOf(cell)?.name)
    const [first = [], ...others] = rows.slice(headAt + 1).filter((cells) => cells.some((cell) => cell !== ''))
    // What stands below the table (受理结果, 说明) has fewer cells.
    const more = others.filter((cells) => cells.length >= heads.length && isRow(heads, cells))
    return [first, ...more].map((row) => toFound(heads, row))
  }
  const names = columns.map(({ name }) => name)
  return rows
    .filter((cells) => cells.length >= columns.length)
    .map((cells) => (cells.length > columns.length && /^\d{0,4}$/.test(cells[0] ?? '') ? cells.slice(1) : cells))
    .map((cells) => toFound(names, cells))
}

/** True for a row of the table: a code in every cell that must hold one. */
const isRow = (heads: readonly (keyof FeedbackForm | undefined)[], cells: readonly string[]): boolean =>
  cells.filter((cell) => cell !== '').length >= 2 &&
  heads.every((name, at) => !needed.includes(name ?? 'channelName') || /^[\x21-\uffff]*$/.test(cells[at] ?? '')) &&
  heads.some((name, at) => name !== undefined && name !== 'orgCodg' && (cells[at] ?? '') !== '')

/** Lines of a name and its value, which may also stand on the next line. */
const readPairs = (lines: readonly string[]): Found => {
  const found: Found = {}
  let waiting: keyof FeedbackForm | undefined
  for (const line of lines) {
    const [, label = '', value = ''] = /^([^:：=\t]+)[:：=\t]\s*(.*)$/s.exec(line) ?? [undefined, line, '']
    const column = columnOf(label)
    if (column !== undefined) {
      found[column.name] = clean(value)
      waiting = clean(value) === '' ? column.name : undefined
    } else if (waiting !== undefined && clean(line) !== '') {
      found[waiting] = clean(line)
      waiting = undefined
    }
  }
  return found
}

/** What an appId and a secret are made of; a code that a word processor has changed is told, not repaired. */
const rules: Partial<Record<keyof FeedbackForm, { readonly pattern: RegExp; readonly text: string }>> = {
  orgCodg: { pattern: /^[A-Z]\d{11}$/, text: '应为 1 个大写字母加 11 位数字, 如 H00000000001' },
  appId: { pattern: /^[\x21-\x7e]{16,32}$/, text: '应为 16 到 32 个半角字符, 不含空格' },
  appSecret: { pattern: /^[\x21-\x7e]{16,64}$/, text: '应为 16 到 64 个半角字符, 不含空格' },
}

const needed: readonly (keyof FeedbackForm)[] = ['orgCodg', 'appId', 'appSecret']

/** A cell with line ends in it stands in quotes when it comes from a spreadsheet. */
const joinCells = (pasted: string): string =>
  pasted.replaceAll(/(^|[\t\r\n])"([^"\t]*)"(?=[\t\r\n]|$)/g, (_all, before: string, cell: string) => {
    return `${before}${cell.replaceAll(/[\r\n]+/g, ' ')}`
  })

/** Rows of one form are of one institution; another application has keys of its own, which are not filled in. */
const differing = ([first, ...others]: readonly FeedbackForm[]): readonly FeedbackFormFault[] => {
  if (first === undefined) return []
  const differs = (name: keyof FeedbackForm): boolean =>
    others.some((row) => row[name] !== '' && row[name] !== first[name])
  return [
    ...(differs('orgCodg') ? [{ name: 'orgCodg' as const, text: '各行的定点医药机构编码不同' }] : []),
    ...(differs('appId') || differs('appSecret')
      ? [
          {
            name: 'appId' as const,
            text: '各行的应用 ID 或密钥不同: 填入的是第一行的, 其他应用用到时填在 callbacks.mpcApps',
          },
        ]
      : []),
  ]
}

/** Reads a paste. What is missing or cannot be is told in Chinese; the rest is given all the same. */
export const parseFeedbackForm = (pasted: string): ParsedFeedbackForm => {
  if (pasted.length > atMostLength) return { form: empty, rows: [], faults: [{ name: '', text: '粘贴的内容过长' }] }
  const lines = joinCells(pasted)
    .split(/\r\n|\r|\n/)
    .filter((line) => clean(line) !== '')
  const isPairs = lines.filter((line) => columnOf(line.split(/[:：=\t]/)[0] ?? '') !== undefined).length >= 2
  const rows = (isPairs ? [readPairs(lines)] : readTable(lines)).map((found) => ({ ...empty, ...found }))
  const [form = empty] = rows
  if (Object.values(form).every((value) => value === '')) {
    return {
      form,
      rows: [],
      faults: [{ name: '', text: '没有认出反馈单的内容: 请连同表头复制整行, 或逐项写成 名称: 值' }],
    }
  }
  const faults = columns.flatMap(({ name, title }): readonly FeedbackFormFault[] => {
    const value = form[name]
    if (value === '') return needed.includes(name) ? [{ name, text: `缺少${title}` }] : []
    const rule = rules[name]
    return rule === undefined || rule.pattern.test(value) ? [] : [{ name, text: `${title}: ${rule.text}` }]
  })
  return { form, rows, faults: [...faults, ...differing(rows)] }
}
