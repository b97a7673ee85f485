// Owns doctor's report as text for a console: aligned although Chinese is twice as wide, no colour and no symbol that a Windows
// console cannot show.
import type { DoctorReport, DoctorState } from '../../contract/local-api/doctor.ts'

const words: Readonly<Record<DoctorState, string>> = { ok: '正常', warning: '警告', fault: '故障', skipped: '未查' }

/** Columns on a console: one for ASCII, two for everything that Chinese text is made of. */
const widthOf = (text: string): number => text.length + (text.match(/[^ -~]/gu) ?? []).length

const pad = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - widthOf(text)))

const titleColumns = 22
const indent = ' '.repeat(6)

/** The report, a line a check, and under what is wrong what to do and whom to call; Chinese first. */
export const renderReport = (report: DoctorReport): string => {
  const { checks, version, environment, at, platform } = report
  const lines = checks.flatMap(({ state, title, titleEn, detail, remedy, remedyEn, call }) => [
    `${words[state]}  ${pad(title, titleColumns)}${detail}`.trimEnd(),
    ...(remedy === ''
      ? []
      : [`${indent}处理: ${remedy}`, `${indent}联系: ${call}`, `${indent}(${titleEn}: ${remedyEn})`]),
  ])
  const count = (state: DoctorState): number => checks.filter((check) => check.state === state).length
  return [
    `医保移动支付助手 ${version} 体检 (doctor)  ${at.slice(0, 19).replace('T', ' ')} 北京时间`,
    `环境 ${environment === '' ? '未知' : environment}; ${platform}`,
    '',
    ...lines,
    '',
    `结论: 故障 ${count('fault')}, 警告 ${count('warning')}, 正常 ${count('ok')}, 未查 ${count('skipped')}` +
      ` (faults, warnings, ok, not checked)`,
    '',
  ].join('\n')
}
