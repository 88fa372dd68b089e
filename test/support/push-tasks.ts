import { later, minutes } from '../../shared/core/time.ts'
import type { Action } from '../../shared/push/action.ts'
import { begin, type Task } from '../../shared/push/task.ts'
import type { Answer, Call, ProviderItem } from '../../shared/push/writer.ts'
import { agreement, content, current, noAgreement, place, target, times, upsert } from './push.ts'
import { type createPushAccount, NOW } from './push-account.ts'

/** When the visit ends. */
export const DEADLINE = later(NOW, minutes(1))

export const event = (providerId: string, summary = 'Ours'): ProviderItem => ({
  kind: 'event',
  event: { ...content({ summary }), providerId, etag: 'W/"9"', kind: 'single' },
})

/** What Microsoft answers where a call was done. */
export const made = (call: Call): Answer => ({
  kind: 'item',
  item: event('marker' in call ? `made ${call.marker}` : 'provider-1'),
})

/** Actions from 2 on, each for an event of its own that was never created. */
export const creations = (count: number): Task[] =>
  Array.from({ length: count }, (_, at) => {
    const last = upsert(at + 2, { summary: 'Ours', times: times() })
    return begin({ target, last, actions: [last] }, { ...noAgreement(), key: `key-${at}` }, place, undefined, NOW)
  })

export const taskOf = (last: Action, cached = current()): Task =>
  begin({ target, last, actions: [last] }, agreement(), place, { ...cached, calendar: 'calendar' }, NOW)

/** A change of an event that the cache holds. */
export const change = (more: Partial<Action> = {}) => taskOf(upsert(2, { summary: 'Ours' }, more))

/** Answers in turn, whatever is asked. */
export function inTurn(account: ReturnType<typeof createPushAccount>, ...answers: readonly Answer[]) {
  const left = [...answers]
  account.answer = () => left.shift() ?? { kind: 'gone' }
}
