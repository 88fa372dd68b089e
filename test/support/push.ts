import { epochMs } from '../../shared/core/time.ts'
import type { EventContent } from '../../shared/events/event.ts'
import type { Action, ActionRequest, Target } from '../../shared/push/action.ts'
import type { Agreement } from '../../shared/push/agreement.ts'
import type { Place } from '../../shared/push/plan.ts'
import type { Current } from '../../shared/push/snapshot.ts'
import type { Wanted } from '../../shared/push/wanted.ts'
import { content as plainContent } from './cache-model.ts'

const AT = epochMs(Date.UTC(2026, 10, 23, 9))

export const times = (hours = 0) => ({
  start: { kind: 'instant' as const, at: epochMs(AT + hours * 3_600_000), zone: 'Europe/Copenhagen' },
  end: { kind: 'instant' as const, at: epochMs(AT + (hours + 1) * 3_600_000), zone: 'Europe/Copenhagen' },
})

export const content = (more: Partial<EventContent> = {}): EventContent => ({
  ...plainContent('Agreed', times().start, times().end),
  ...more,
})

export const current = (more: Partial<EventContent> = {}, rest: Partial<Current> = {}): Current => ({
  providerId: 'provider-1',
  etag: 'W/"1"',
  kind: 'single',
  content: content(more),
  ...rest,
})

export const KEY = `${'i'.repeat(22)}.${'k'.repeat(22)}`

export const target: Target = { agreement: KEY, calendar: 'calendar', eventId: 'fa-1' }

/** An agreement on an event that says what `content()` says. */
export const agreement = (more: Partial<Agreement> = {}): Agreement => ({
  key: KEY,
  integrator: 'sample',
  calendar: 'calendar',
  eventId: 'fa-1',
  providerId: 'provider-1',
  generation: 1,
  sent: { summary: 'Agreed', times: times() },
  sentBy: { summary: 1, times: 1 },
  stored: { content: content() },
  storedBy: 1,
  settled: 1,
  ...more,
})

/** An agreement on an event that was never created. */
export const noAgreement = (): Agreement => {
  const { providerId: _, stored: __, ...rest } = agreement({ sent: {}, sentBy: {}, storedBy: 0, settled: 0 })
  return rest
}

export const place: Place = {
  ...{ providerId: 'calendar-1', writable: true, deleted: false, onlineMeetings: true },
  mayHoldUnclaimed: false,
}

export const action = (number: number, request: ActionRequest, more: Partial<Action> = {}): Action => ({
  number,
  token: `token-${number}`,
  integrator: 'sample',
  acceptedAt: AT,
  settledBefore: 1,
  state: 'pending',
  request,
  kind: request.kind,
  overruled: [],
  tries: 0,
  ...more,
})

export const upsert = (number: number, wanted: Wanted, more: Partial<Action> = {}): Action =>
  action(number, { kind: 'upsert', target, wanted }, more)
