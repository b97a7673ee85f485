// Owns what this page's token may do, so that nobody is offered what would be refused. The agent decides; this says it before.
import { shallowRef } from 'vue'
import type { OwnTokenAnswer, ScopeName } from '../../../contract/local-api/access.ts'
import { callAgent } from '../../shared/call-agent.ts'
import { followEvents } from '../../shared/follow-events.ts'
import { useTexts } from '../../shared/language.ts'

/** undefined before the first answer: until then nothing is kept back. */
const scopes = shallowRef<readonly ScopeName[]>()

const texts = useTexts({
  zh: (names: string) =>
    `本页的令牌没有这项权限, 请找管理员 (信息科) 操作, 或用有权限的令牌重新配对。需要的权限: ${names}`,
  en: (names: string) =>
    `This page's token lacks the right for it: ask the administrator, or pair with a token that has it. Needed: ${names}`,
})

/** What each right is called; `refund` covers a person's decisions too. */
export const rightNames = useTexts<Readonly<Record<ScopeName, string>>>({
  zh: { read: '查看', decode: '解码', pay: '收费', refund: '退费', admin: '管理' },
  en: { read: 'read', decode: 'decode', pay: 'pay', refund: 'refund', admin: 'admin' },
})

/** The sentence about a right that is lacking. */
export const tellLacking = (...lacking: readonly ScopeName[]): string =>
  texts.value(lacking.map((name) => rightNames.value[name]).join(', '))

/** Why the token cannot do what wants these rights; '' when it can. */
export const whyNot = (...wanted: readonly ScopeName[]): string => {
  const lacking = wanted.filter((name) => scopes.value?.includes(name) === false)
  return lacking.length === 0 ? '' : tellLacking(...lacking)
}

/** Learns them at the start and after each break, for a token may be exchanged, until the component that asked is gone. */
export const followRights = (): void => {
  followEvents((event) => {
    if (event.type !== 'reset') return
    void callAgent<OwnTokenAnswer>('GET', '/v1/tokens/me').then((answer) => {
      if (answer.code === '0') scopes.value = answer.data.scopes
    })
  })
}
