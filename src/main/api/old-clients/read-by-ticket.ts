// Owns what a ticket reads: whether an order is paid and what to do next, as JSON or, where it is switched on, as a script
// (JSONP). It moves nothing, asks the center nothing and shows nothing of the patient.
import type { Fields } from '../../../contract/check/json-text.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Fault } from '../../../contract/check/check.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { KeptNumbers } from '../../usecases/order/kept-numbers.ts'
import type { Answer } from '../answers/answer.ts'
import type { Dispatch } from '../endpoint/dispatch.ts'
import { lengthProblem, parameterProblem } from '../endpoint/parameter.ts'
import type { Caller } from '../callers/tokens.ts'
import { ticketLivesMs, type Tickets } from './tickets.ts'
import { asciiJson } from './write-answer.ts'

const maxShownName = 40

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const refuseFields = (problems: Readonly<Record<string, string | undefined>>): void => {
  const faults: Fault[] = Object.entries(problems).flatMap(([path, problem]) =>
    problem === undefined ? [] : [{ path, name: '', problem }],
  )
  if (faults.length > 0) throw invalidFields(faults)
}

const unknownOf = (fields: Fields): Record<string, string> =>
  Object.fromEntries(Object.keys(fields).map((path) => [path.slice(0, maxShownName), '未知字段']))

/** Makes a ticket. `origin`: of the page that will read, one of the registered; left out for a program. Throws INVALID_FIELDS. */
export const issueTicket = (
  tickets: Tickets,
  origins: readonly string[],
  kept: KeptNumbers,
  caller: Caller,
  { medOrgOrd, origin = '', ...rest }: Fields,
): Fields => {
  const numberProblem = (number: string): string | undefined =>
    lengthProblem(number) ??
    (kept.hasOrder({ orgCodg: caller.orgCodg, medOrgOrd: number }) ? undefined : parameterProblem(number))
  const isListed = origin === '' || (isText(origin) && origins.includes(origin))
  refuseFields({
    medOrgOrd: isText(medOrgOrd) ? numberProblem(medOrgOrd) : '必填',
    origin: isListed ? undefined : '不是已登记的网页来源',
    ...unknownOf(rest),
  })
  const ticket = tickets.issue(caller, String(medOrgOrd), String(origin))
  const url = `/call/order?medOrgOrd=${encodeURIComponent(String(medOrgOrd))}&ticket=${ticket}`
  return { url, expiresInMs: ticketLivesMs }
}

/** A script of Internet Explorer names its page only as the Referer. */
const originOf = ({ headers }: FastifyRequest): string => {
  if (headers.origin !== undefined) return headers.origin
  try {
    return headers.referer === undefined ? '' : new URL(headers.referer).origin
  } catch {
    return ''
  }
}

const callbackName = /^[A-Za-z_]\w{0,39}$/

/** The function that a script names, undefined without one. Throws INVALID_FIELDS for one that is none, or when it is off. */
const callbackOf = (callback: unknown, isOn: boolean): string | undefined => {
  if (callback === undefined) return undefined
  const name = typeof callback === 'string' && callbackName.test(callback) ? callback : undefined
  const problem = isOn ? '应为函数名: 字母、数字、下划线, 最长 40' : '未启用 JSONP (配置 api.jsonp)'
  refuseFields({ callback: isOn && name !== undefined ? undefined : problem })
  return name
}

const shown = ['medOrgOrd', 'payOrdId', 'state', 'ordStas', 'paid', 'next', 'legs'] as const

export type TicketReading = { readonly answer: Answer; readonly callback: string | undefined }

/** Throws INVALID_FIELDS, TICKET_INVALID, ORDER_NOT_FOUND. */
export const readByTicket = async (
  tickets: Tickets,
  readOrder: Dispatch,
  isJsonpOn: boolean,
  request: FastifyRequest,
  isStillWelcome: (caller: Caller) => boolean,
): Promise<TicketReading> => {
  const { medOrgOrd, ticket, callback, ...rest } = request.query as Fields
  refuseFields({ medOrgOrd: isText(medOrgOrd) ? undefined : '必填', ...unknownOf(rest) })
  const name = callbackOf(callback, isJsonpOn)
  const caller = tickets.take(isText(ticket) ? ticket : '', String(medOrgOrd), originOf(request))
  if (!isStillWelcome(caller)) throw new AgentError('TICKET_INVALID')
  const parameters = { medOrgOrd: String(medOrgOrd) }
  const answer = await readOrder({ caller, parameters, flags: {}, texts: {}, body: {} })
  const data = Object.fromEntries(shown.map((field) => [field, answer.body.data[field]]))
  return { answer: { ...answer, body: { ...answer.body, data } }, callback: name }
}

/** The comment before the name keeps the text from being read as anything but a script. */
export const writeScript = (reply: FastifyReply, callback: string, value: object): FastifyReply =>
  reply
    .code(200)
    .header('content-type', 'text/javascript; charset=utf-8')
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
    .send(`/**/${callback}(${asciiJson(JSON.stringify(value))});`)
