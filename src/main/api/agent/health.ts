// Owns the endpoint that says that the agent runs, and proves that it knows a token: a program that took the port does not.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { okAnswer } from '../answers/answer.ts'
import { agentEndpoint } from './tools.ts'

export const health = agentEndpoint({
  method: 'GET',
  path: '/v1/health',
  scope: undefined,
  summary: '助手是否在运行; 可要求它证明知道令牌',
  texts: {
    challenge: { description: '随机文本', pattern: /^[\w-]{16,64}$/, problem: '应为 16 到 64 个字母、数字、_、-' },
    keyId: {
      description: '令牌的 keyId (docs/security.md)',
      pattern: /^[0-9a-f]{32}$/,
      problem: '应为 32 位十六进制',
    },
  },
  answer: ({ texts: { challenge, keyId }, port = 0 }, { version, prove }) => {
    if (challenge === undefined && keyId === undefined) return okAnswer({ version })
    if (challenge === undefined || keyId === undefined) {
      throw invalidFields([{ path: 'challenge, keyId', name: '查询参数', problem: '须同时填写' }])
    }
    return okAnswer({ version, proof: prove(port, keyId, challenge) })
  },
})
