import { epochMs } from '../../shared/core/time.ts'
import type { Action } from '../../shared/push/action.ts'
import { afterAnswer } from '../../shared/push/after-answer.ts'
import type { Agreement } from '../../shared/push/agreement.ts'
import { begin, type Step, type Task } from '../../shared/push/task.ts'
import type { Answer, Call, ProviderItem } from '../../shared/push/writer.ts'
import { action, agreement, content, current, KEY, place, target, upsert } from './push.ts'

export const NOW = epochMs(1_000_000_000)

/** What Microsoft has after a request. */
export const MADE = {
  kind: 'event',
  event: {
    ...content({ summary: 'Ours' }),
    providerId: 'made',
    etag: 'W/"2"',
    kind: 'occurrence',
    seriesProviderId: 'S',
  },
} satisfies ProviderItem

export const WISH = upsert(2, { summary: 'Ours' })
export const DELETION = action(2, { kind: 'delete', target })
export const RESPONSE = action(2, { kind: 'respond', target, response: 'accepted' })

/** Of an event that no integrator has made. */
export const external = (base: Agreement): Agreement => ({ ...base, eventId: undefined })

export const taskOf = (last: Action, base = agreement(), cached: Task['current'] = current()): Task =>
  begin({ target, last, actions: [last] }, base, place, cached ? { ...cached, calendar: 'calendar' } : undefined, NOW)

/** One call of each kind. */
export const CALLS = {
  create: { kind: 'create', calendarProviderId: 'calendar-1', content: {}, marker: `${KEY}.1` },
  update: { kind: 'update', providerId: 'provider-1', etag: 'e', patch: { summary: 'Ours' } },
  delete: { kind: 'delete', providerId: 'provider-1', etag: 'e' },
  respond: { kind: 'respond', providerId: 'provider-1', response: 'accepted', isTold: true },
  read: { kind: 'read', providerId: 'provider-1' },
  meeting: { kind: 'meeting', providerId: 'provider-1' },
  find: { kind: 'find', calendarProviderId: 'calendar-1', key: KEY, since: 1 },
  listed: { kind: 'listed', calendarProviderId: 'calendar-1', providerId: 'provider-1', at: NOW },
  calendars: { kind: 'calendars' },
} satisfies Record<string, Call>

/** What comes of an answer to a call of this kind. */
export const answered = (task: Task, kind: keyof typeof CALLS, answer: Answer): Step =>
  afterAnswer(task, CALLS[kind], answer)

/** What the step asks for next, or how it ends. */
export const called = (step: Step) => (step.kind === 'call' ? step.call : step.result)

export const GONE: Answer = { kind: 'gone' }

/** No calendar has it. */
export const nowhere = (task: Task, kind: 'find' | 'listed' = 'find'): Step =>
  answered({ ...task, elsewhere: [] }, kind, GONE)
