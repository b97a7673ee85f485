// A decoder host without a library: the simulated national library in plain JavaScript, for machines without a C
// compiler. It speaks the hosts' protocol and knows the codes of native/simulated-library (described there), so that
// a code behaves the same with either. Never a decoder for real patients.
// Arguments: <ignored> <function>..., the functions of the profile nation-ec. Frames: contract/host/host-protocol.ts.
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { parseFunctionArgument } from '../../../contract/host/host-function.ts'
import type { HostCall } from '../../../contract/host/host-protocol.ts'
import { decodeText } from '../charset/decode-text.ts'
import { encodeText, type InputCharset } from '../charset/encode-text.ts'
import { serveCalls } from './host-channel.ts'
import { inventPatient } from './simulated-patient.ts'

type Style = { charset: InputCharset; dataAsString: boolean; message: string }
type Reply = { readonly code: number; readonly message: string; readonly data: object | string | null }
type Answer = { readonly failure?: string; readonly reply: Reply | string; readonly unterminated?: boolean }

let scans = 0

/** Waits as long as a person needs, and says what was "scanned". */
const driveScanner = async (): Promise<string> => {
  const script = process.env['MIP_SIM_SCRIPT']
  await wait(Number(process.env['MIP_SIM_SCAN_MS'] ?? 1000))
  const text = script !== undefined && existsSync(script) ? readFileSync(script, 'utf8') : ''
  const line = text.split(/\r?\n/)[0] ?? ''
  return line === '' ? `2800000000${String(++scans).padStart(6, '0')}` : line
}

/** `SIM:<word>:<argument>:<rest>`; words without an argument leave it in `rest`. */
const splitCode = (code: string): { word: string; argument: number; rest: string } => {
  const found = /^SIM:(?:(slow|stack|exit|fill|open):(\d+):?|(\w+):)(.*)$/s.exec(code)
  return { word: found?.[1] ?? found?.[3] ?? '', argument: Number(found?.[2] ?? 0), rest: found?.[4] ?? code }
}

/** Carries out the prefixes that change a call, then the ending. */
const decode = async (code: string, style: Style): Promise<Answer> => {
  const { word, argument, rest } = splitCode(code)
  switch (word) {
    case 'slow':
      await wait(argument)
      return decode(rest, style)
    case 'noise':
      process.stdout.write('vendor debug output {"id":1} on stdout\n')
      return decode(rest, style)
    case 'stack':
      return decode(rest, style)
    case 'gbk':
      return decode(rest, Object.assign(style, { charset: 'gbk' }))
    case 'string':
      return decode(rest, Object.assign(style, { dataAsString: true }))
    case 'where':
      return decode(rest, Object.assign(style, { message: process.cwd() }))
    case 'segv':
      process.kill(process.pid, 'SIGSEGV')
      return new Promise(() => undefined)
    case 'abort':
      return process.abort()
    case 'exit':
      return process.exit(argument)
    case 'hang':
      return new Promise(() => undefined)
    case 'spin':
      for (;;);
    case 'cancel':
      return { reply: { code: -2, message: '用户取消', data: null } }
    case 'refuse':
      return { reply: { code: 10001, message: '二维码已过期, 请刷新后重试', data: null } }
    case 'fail':
      return { failure: '连接前置机失败', reply: '' }
    case 'garbage':
      return { reply: '<html>502 Bad Gateway</html>' }
    case 'fill':
      return { reply: 'A'.repeat(argument) }
    case 'open':
      return { reply: 'A'.repeat(argument), unterminated: true }
    default: {
      const patient = inventPatient(code)
      return {
        reply: { code: 0, message: style.message, data: style.dataAsString ? JSON.stringify(patient) : patient },
      }
    }
  }
}

const encodeReply = ({ code, message, data }: Reply, orgId: string, charset: InputCharset): Buffer =>
  encodeText(JSON.stringify({ code, message, orgId, data }), charset)

const functions = process.argv.slice(3).map(parseFunctionArgument)

const answer = async ({
  function: name,
  arguments: values,
}: HostCall): ReturnType<Parameters<typeof serveCalls>[1]> => {
  const startedAt = performance.now()
  const [, input = '', capBytes] = values
  if (typeof input !== 'string' || typeof capBytes !== 'number') throw new Error('not the arguments of NationEcTrans')
  const request = JSON.parse(decodeText(Buffer.from(input, 'base64'), 'auto')) as { orgId?: string; ecQrCode?: string }
  const style: Style = { charset: 'utf-8', dataAsString: false, message: '成功' }
  const { failure, reply, unterminated } = await decode(request.ecQrCode ?? (await driveScanner()), style)

  const bytes = typeof reply === 'string' ? Buffer.from(reply) : encodeReply(reply, request.orgId ?? '', style.charset)
  if (bytes.length > capBytes || (bytes.length === capBytes && !unterminated)) return { ok: false, error: 'overrun' }
  const returns = functions.find((declared) => declared?.name === name)?.returns
  const status = returns === 'int' ? (failure === undefined ? '0' : '-9') : (failure ?? '0000')
  return {
    ok: true,
    status: Buffer.from(status).toString('base64'),
    elapsedUs: Math.round((performance.now() - startedAt) * 1000),
    outputs: [bytes.toString('base64')],
    unterminated: unterminated === true && bytes.length === capBytes,
  }
}

serveCalls(
  functions.map((declared) => declared?.name ?? ''),
  answer,
)
