import { describe, expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import type { Current } from '../../../shared/push/snapshot.ts'
import { attemptOf, begin, nextStep, patchOf, type Task } from '../../../shared/push/task.ts'
import { deleted, settled } from '../../../shared/push/task-end.ts'
import type { Wanted } from '../../../shared/push/wanted.ts'
import type { EventPatch, ProviderItem } from '../../../shared/push/writer.ts'
import {
  action,
  agreement,
  content,
  current,
  KEY,
  noAgreement,
  place,
  target,
  times,
  upsert,
} from '../../support/push.ts'

const NOW = epochMs(1_000_000_000)
const ITEM: ProviderItem = {
  kind: 'event',
  event: { ...content(), providerId: 'provider-1', etag: 'e', kind: 'single' },
}

const taskOf = (wanted: Wanted, base = agreement(), more: Partial<Task> = {}): Task => {
  const last = upsert(2, wanted)
  const task = begin({ target, last, actions: [last] }, base, place, { ...current(), calendar: 'calendar' }, NOW)
  return { ...task, ...more }
}
const agreed = (task: Task, now: Current | undefined = current()): Agreement | undefined => {
  const result = settled(task, 'applied', now)
  return 'agreement' in result ? result.agreement : undefined
}

describe('what is agreed on in the end', () => {
  test('is what was asked for by whom, what is stored where, and no attempt any more', () => {
    const base = agreement({ attemptedAt: NOW, attemptedSince: NOW })
    const { attemptedAt: _, attemptedSince: __, ...before } = base
    const now = current({ summary: 'Ours' }, { providerId: 'moved' })
    const after = agreed(taskOf({ summary: 'Ours' }, base), now)
    expect(after).toEqual({
      ...{ ...before, settled: 2, storedBy: 2, providerId: 'moved', stored: { content: now.content } },
      ...{ sent: { ...base.sent, summary: 'Ours' }, sentBy: { summary: 2, times: 1 } },
    })
    const elsewhere = agreement({ gone: 'calendar', movedTo: times() })
    expect(agreed(taskOf({ summary: 'Ours' }, elsewhere), now)).toMatchObject({ gone: undefined, movedTo: undefined })
    expect(after).not.toHaveProperty('attemptedAt')
    expect(after).not.toHaveProperty('attemptedSince')
  })

  test('keeps what was stored where the event is not there', () => {
    const result = settled(taskOf({ summary: 'Agreed' }), 'unchanged', undefined)
    expect(result).toMatchObject({
      state: 'unchanged',
      agreement: { stored: agreement().stored, storedBy: 1, settled: 2 },
    })
  })

  test('remembers the five hundred guests that were named last', () => {
    const people = (from: number, count: number) => Array.from({ length: count }, (_, at) => `p${from + at}@x.example`)
    const sent = (invited: readonly string[], removed: readonly string[]): Wanted => ({
      attendees: { invite: invited.map((email) => ({ email })), remove: removed },
    })
    const base = agreement({ sent: sent(people(0, 500), people(1_000, 500)) })
    const { invite, remove } = agreed(taskOf(sent(people(500, 2), people(2_000, 1)), base))?.sent.attendees ?? {}
    expect([invite?.length, invite?.[0]?.email, invite?.at(-1)?.email]).toEqual([500, 'p2@x.example', 'p501@x.example'])
    expect([remove?.length, remove?.[0], remove?.at(-1)]).toEqual([500, 'p1001@x.example', 'p2000@x.example'])
    expect(agreed(taskOf({ summary: 'Ours' }))?.sent).not.toHaveProperty('attendees')
  })

  test('is unchanged by a response, but for its number', () => {
    const last = action(2, { kind: 'respond', target, response: 'accepted' })
    const task = begin({ target, last, actions: [last] }, agreement(), place, undefined, NOW)
    expect(settled(task, 'applied', current({ summary: 'Theirs' }))).toMatchObject({
      agreement: { ...agreement(), settled: 2 },
    })
  })
})

test('what the cache says is agreed on, where it says what is wanted', () => {
  const base = { ...noAgreement(), eventId: undefined, providerId: 'provider-1' }
  expect(nextStep(taskOf({ summary: 'Agreed' }, base))).toMatchObject({
    ...{ kind: 'end', result: { state: 'unchanged', agreement: { stored: { content: content() }, storedBy: 2 } } },
  })
})

test('the text of an online meeting is not written before its own part of it was asked for', () => {
  const description = { format: 'text' as const, content: 'Agenda' }
  const meeting = current({ onlineMeeting: { provider: 'teams' } })
  const step = nextStep(taskOf({ description }, agreement(), { current: meeting }))
  expect(step).toMatchObject({ kind: 'call', call: { kind: 'meeting', providerId: 'provider-1' } })
  expect(nextStep({ ...step.task, meetingBlob: '' })).toMatchObject({ kind: 'call', call: { kind: 'update' } })
})

describe('how a task ends', () => {
  const overruled = [{ field: 'summary', value: 'Theirs' }]

  test('as applied where an earlier attempt has made the event', () => {
    const adopted = settled(taskOf({}, agreement(), { adopted: true, overruled }), 'unchanged', current())
    expect(adopted).toMatchObject({ state: 'applied', overruled: [] })
    expect(settled(taskOf({}, agreement(), { overruled }), 'unchanged', current())).toMatchObject({
      state: 'unchanged',
    })
    expect(settled(taskOf({}, agreement(), { overruled }), 'applied', current())).toMatchObject({ overruled })
  })

  test('with what was written to learn from, or else with what was read', () => {
    const read: ProviderItem = { ...ITEM, event: { ...ITEM.event, etag: 'read' } }
    const learned = (more: Partial<Task>, written?: ProviderItem) => {
      const result = settled(
        taskOf({}, agreement(), more),
        'applied',
        current(),
        written && { item: written, patch: {} },
      )
      return 'learned' in result ? result.learned : undefined
    }
    expect(learned({ read }, ITEM)).toBe(ITEM)
    expect(learned({ read })).toBe(read)
    expect(learned({})).toBeUndefined()
  })
})

describe('an answer is its integrator’s own', () => {
  const isOwn = (after: Current, patch: EventPatch = {}, more: Partial<Task> = {}) => {
    const result = settled(taskOf({}, agreement(), more), 'applied', after, { item: ITEM, patch })
    return 'isOwn' in result && result.isOwn
  }

  test('where it holds nothing new but what was written', () => {
    expect(isOwn(current())).toBe(true)
    expect(isOwn(current({ summary: 'Ours' }), { summary: 'Ours' })).toBe(true)
    expect(isOwn(current({ categories: ['Red category'] }), { categories: ['Red category'] })).toBe(true)
  })

  test('and not where somebody has changed another field', () => {
    expect(isOwn(current({ summary: 'Theirs' }))).toBe(false)
    expect(isOwn(current({ summary: 'Ours', description: 'Theirs' }), { summary: 'Ours' })).toBe(false)
    expect(isOwn(current({ categories: ['Red category'] }), { summary: 'Agreed' })).toBe(false)
    const guests = { attendees: [{ email: 'bo@x.example', status: 'unknown', kind: 'required' } as const] }
    expect(isOwn(current(guests), { summary: 'Agreed' })).toBe(false)
    expect(isOwn(current(guests), { attendees: guests.attendees })).toBe(true)
    expect(isOwn(current({ summary: 'Theirs' }), { categories: [] })).toBe(false)
  })

  test('where nothing was known of it before', () => {
    expect(isOwn(current({ summary: 'Theirs' }), {}, { current: null })).toBe(true)
    expect(isOwn(current({ summary: 'Theirs' }), {}, { current: undefined })).toBe(true)
  })

  test('where nothing was written', () => {
    expect(settled(taskOf({}), 'unchanged', current({ summary: 'Theirs' }))).toMatchObject({ isOwn: true })
  })
})

test('a deletion tells the cache that the event is gone, where it was known', () => {
  const learned = (more: Partial<Task>, base = agreement()) => deleted(taskOf({}, base, more))
  expect(learned({ current: current({}, { providerId: 'here' }) })).toMatchObject({
    ...{ learned: { kind: 'removed', providerId: 'here' }, overruled: [], isOwn: true },
  })
  expect(learned({ current: null })).toMatchObject({ learned: { providerId: 'provider-1' } })
  expect(learned({ current: null }, noAgreement())).not.toHaveProperty('learned')
})

describe('a creation that is about to be asked for', () => {
  test('is on record with who asked for each field, the first time', () => {
    const first = attemptOf(taskOf({ summary: 'Ours' }, noAgreement()), NOW)
    expect(first).toMatchObject({ attemptedAt: NOW, attemptedSince: NOW, sentBy: { summary: 2 } })
    const again = attemptOf(taskOf({ summary: 'Ours' }, { ...first, sentBy: { summary: 1 } }), epochMs(NOW + 1))
    expect(again).toMatchObject({ attemptedAt: NOW + 1, attemptedSince: NOW, sentBy: { summary: 1 } })
    const ofOldRelease = { ...first, attemptedSince: undefined }
    expect(attemptOf(taskOf({ summary: 'Ours' }, ofOldRelease), epochMs(NOW + 1)).attemptedSince).toBe(NOW)
    const known = agreement({ sentBy: { times: 1 } })
    expect(attemptOf(taskOf({ summary: 'Ours' }, known), NOW).sentBy).toEqual({ times: 1, summary: 2 })
  })
})

describe('what a decision is based on', () => {
  const theirs = current({ summary: 'Theirs' })
  const overruledBy = (seen: string | undefined, more: Partial<Agreement> = {}, settledBefore = 1) => {
    const request = {
      kind: 'upsert' as const,
      target,
      wanted: { summary: 'Ours' },
      ...(seen && { seen: { content: content({ summary: seen }) } }),
    }
    const last = { ...upsert(2, {}), settledBefore, request }
    const step = nextStep(
      begin({ target, last, actions: [last] }, agreement(more), place, { ...theirs, calendar: 'c' }, NOW),
    )
    return step.task.overruled.map(({ value }) => value)
  }

  test('is what the integrator has seen, if it has written nothing since', () => {
    expect(overruledBy('Theirs')).toEqual([])
    expect(overruledBy('Older')).toEqual(['Theirs'])
    expect(overruledBy('Theirs', { storedBy: 2 })).toEqual(['Theirs'])
    expect(overruledBy('Theirs', { storedBy: 2 }, 2)).toEqual([])
  })

  test('is what was stored, where it has seen nothing', () => {
    expect(overruledBy(undefined)).toEqual(['Theirs'])
    expect(overruledBy(undefined, { stored: { content: theirs.content } })).toEqual([])
  })
})

test('a call that is no change writes no field', () => {
  expect(patchOf({ kind: 'update', providerId: 'p', etag: 'e', patch: { summary: 'Ours' } })).toEqual({
    summary: 'Ours',
  })
  expect(
    patchOf({ kind: 'create', calendarProviderId: 'c', content: { summary: 'Ours' }, marker: `${KEY}.1` }),
  ).toEqual({})
})

test('a response is decided on by what it answers', () => {
  const last = action(2, { kind: 'respond', target, response: 'declined' })
  const invited = { ...current({ organizedByAccount: false }), calendar: 'calendar' }
  expect(nextStep(begin({ target, last, actions: [last] }, agreement(), place, invited, NOW))).toMatchObject({
    call: { kind: 'respond', response: 'declined' },
  })
})
