// Owns the endpoint of the event stream. Who sees which event is ../event-stream.ts.
import { okAnswer } from '../answers/answer.ts'
import { agentEndpoint } from './tools.ts'

export const events = agentEndpoint({
  method: 'GET',
  path: '/v1/events',
  scope: 'read',
  own: ['decode', 'pay', 'refund'],
  summary: '事件流 (SSE)',
  answer: ({ caller, lastEventId }, { streams, isStillWelcome }) => ({
    ...okAnswer({}),
    takeOver: (response) => {
      streams.open(response, caller, () => isStillWelcome(caller), lastEventId)
    },
  }),
})
