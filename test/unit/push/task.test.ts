import { describe, expect, test } from 'vitest'
import { type EpochMs, earlier, epochMs, minutes } from '../../../shared/core/time.ts'
import type { CalendarEvent } from '../../../shared/events/event.ts'
import type { Action } from '../../../shared/push/action.ts'
import { afterAnswer } from '../../../shared/push/after-answer.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import type { Current } from '../../../shared/push/snapshot.ts'
import { begin, nextStep, type Result, type Step } from '../../../shared/push/task.ts'
import type { Answer, Call, ProviderItem } from '../../../shared/push/writer.ts'
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

const NEW = { summary: 'New', times: times() }
const GONE: Answer = { kind: 'gone' }
const NO_OTHERS: Answer = { kind: 'calendars', providerIds: [] }

const item = (summary: string, etag = 'W/"2"'): ProviderItem => ({
  kind: 'event',
  event: { ...content({ summary }), providerId: 'provider-1', etag, kind: 'single' },
})

/** Runs a task with these answers and says which calls it made and how it ended. */
function run(actions: readonly Action[], base: Agreement, cached: Current | undefined, answers: readonly Answer[]) {
  const last = actions.at(-1) as Action
  const known = cached && { ...cached, calendar: 'calendar' }
  let step: Step = nextStep(begin({ target, last, actions }, base, place, known, NOW))
  const calls: Call[] = []
  for (const answer of answers) {
    if (step.kind === 'end') break
    calls.push(step.call)
    step = afterAnswer(step.task, step.call, answer)
  }
  if (step.kind === 'call') calls.push(step.call)
  return {
    calls: calls.map(({ kind }) => kind),
    last: calls.at(-1),
    result: step.kind === 'end' ? step.result : undefined,
  }
}

const applied = (result: Result | undefined) => (result && 'agreement' in result ? result.agreement : undefined)

describe('a creation', () => {
  const create = (answers: readonly Answer[]) => run([upsert(2, NEW)], noAgreement(), undefined, answers)

  test('is one call, and the agreement remembers where the event is', () => {
    const { calls, result } = create([{ kind: 'item', item: item('New') }])
    expect(calls).toEqual(['create'])
    expect(result).toMatchObject({ state: 'applied', isOwn: true, agreement: { providerId: 'provider-1', settled: 2 } })
  })

  test('G6: whose answer was lost is found by its marker, whatever event the refusal names', () => {
    const { calls, result } = create([
      { kind: 'exists', providerId: 'provider-1' },
      { kind: 'item', item: item('New') },
    ])
    expect(calls).toEqual(['create', 'find'])
    expect(result).toMatchObject({ state: 'applied', learned: { kind: 'event' } })
  })

  test('G6: whose answer was lost is found by its marker when the refusal names no event', () => {
    const { calls, last } = create([{ kind: 'exists' }])
    expect(calls).toEqual(['create', 'find'])
    expect(last).toMatchObject({ key: KEY, since: 1 })
  })

  const sent = { ...noAgreement(), sent: NEW, attemptedAt: epochMs(NOW - 1_000) }

  test.each(['provider-1', undefined])(
    'that somebody deleted before its answer came is not made again, once a search would find it',
    (providerId) => {
      const told: Answer[] = [{ kind: 'exists', providerId }, GONE, ...(providerId ? [NO_OTHERS] : [])]
      const young = run([upsert(2, NEW)], sent, undefined, told)
      expect(young.calls.filter((kind) => kind === 'create')).toHaveLength(1)
      expect(young.result).toEqual({ state: 'later', throttled: false })
      const { calls, result } = run([upsert(2, NEW)], { ...sent, attemptedAt: earlier(NOW, minutes(2)) }, undefined, [
        GONE,
        ...told,
      ])
      expect(calls.filter((kind) => kind === 'create')).toHaveLength(1)
      expect(result).toMatchObject({ state: 'applied' })
    },
  )

  test('under a marker that was burnt before anybody remembers is made under the next one', () => {
    const { last } = create([{ kind: 'exists' }, { kind: 'gone' }])
    expect(last).toMatchObject({ kind: 'create', marker: `${KEY}.2` })
  })

  test('whose answer was lost is not a wish against what was edited since', () => {
    const answers: Answer[] = [
      { kind: 'exists', providerId: 'provider-1' },
      { kind: 'item', item: item('Theirs') },
    ]
    const { calls, result } = run([upsert(2, NEW)], sent, undefined, answers)
    expect(calls).toEqual(['create', 'find'])
    expect(result).toMatchObject({ state: 'applied' })
  })

  test('S6 K7: that finds an event from before an erasure or a backup writes all of what was asked for, also the second time', () => {
    const since = earlier(NOW, minutes(1))
    const tried = { ...sent, attemptedSince: since, sentBy: { summary: 2 } }
    const made = (createdAt: EpochMs): ProviderItem => ({
      kind: 'event',
      event: { ...content({ summary: 'Before', createdAt }), providerId: 'provider-1', etag: 'W/"2"', kind: 'single' },
    })
    const callsFor = (createdAt: EpochMs) =>
      run([upsert(2, NEW)], tried, undefined, [
        { kind: 'exists', providerId: 'provider-1' },
        { kind: 'item', item: made(createdAt) },
      ])
    expect(callsFor(earlier(since, minutes(7)))).toMatchObject({ last: { kind: 'update', patch: { summary: 'New' } } })
    // Clocks differ: this one may have been made by the first try, and was edited since.
    expect(callsFor(earlier(since, minutes(6))).calls).toEqual(['create', 'find'])
    expect(callsFor(NOW).calls).toEqual(['create', 'find'])
  })

  test('that was made by an earlier attempt is changed to what is wanted by now', () => {
    const { calls, last } = create([
      { kind: 'exists', providerId: 'provider-1' },
      { kind: 'item', item: item('Earlier') },
    ])
    expect(calls).toEqual(['create', 'find', 'update'])
    expect(last).toMatchObject({ patch: { summary: 'New' }, etag: 'W/"2"' })
  })

  test('in a calendar that is gone is rejected', () => {
    expect(create([{ kind: 'gone' }]).result).toEqual({ state: 'rejected', reason: 'calendar_gone' })
  })
})

describe('a change', () => {
  const change = (answers: readonly Answer[], cached: Current | undefined = current()) =>
    run([upsert(2, { summary: 'Ours' })], agreement(), cached, answers)

  test('of another version is read and decided again', () => {
    const { calls, last, result } = change([
      { kind: 'conflict' },
      { kind: 'item', item: item('Theirs') },
      { kind: 'item', item: item('Ours', 'W/"3"') },
    ])
    expect(calls).toEqual(['update', 'find', 'update'])
    expect(last).toMatchObject({ etag: 'W/"2"' })
    expect(result).toMatchObject({ state: 'applied', overruled: [{ field: 'summary', value: 'Theirs' }] })
  })

  test('of what is gone by now brings it back', () => {
    const { calls } = change([GONE, GONE, GONE, NO_OTHERS])
    expect(calls).toEqual(['update', 'update', 'find', 'calendars', 'create'])
  })

  test('of what a mailbox that is being moved does not know finds it under its marker', () => {
    const { calls } = change([GONE, GONE, { kind: 'item', item: item('Agreed') }])
    expect(calls).toEqual(['update', 'update', 'find', 'update'])
  })

  test('of what the cache does not know begins with looking for it: absent means that it was not there', () => {
    const base = agreement()
    const { calls } = run([upsert(2, { summary: 'Ours' })], base, undefined, [])
    expect(calls).toEqual(['find'])
    const foreign = { ...base, eventId: undefined }
    expect(run([upsert(2, { summary: 'Ours' })], foreign, undefined, []).calls).toEqual(['read'])
  })

  test('that Microsoft does not want ends with a reason', () => {
    expect(change([{ kind: 'refused', code: 'ErrorOccurrenceCrossingBoundary' }]).result).toEqual({
      state: 'rejected',
      reason: 'occurrence_crosses',
    })
    expect(change([{ kind: 'refused', code: 'Whatever' }]).result).toEqual({
      state: 'rejected',
      reason: 'refused_by_microsoft',
    })
  })

  test('of the text of an online meeting asks for the meeting’s part of it first, and keeps that', () => {
    const meeting = current({ onlineMeeting: { provider: 'teams' } })
    const actions = [upsert(2, { description: { format: 'text', content: 'Agenda' } })]
    const { calls, last } = run(actions, agreement(), meeting, [{ kind: 'meeting', blob: '<div>Join</div>' }])
    expect(calls).toEqual(['meeting', 'update'])
    expect(last).toMatchObject({ meetingBlob: '<div>Join</div>' })
  })

  test('of the guests reads the list before it writes it, and writes whoever is on it by then', () => {
    const guest = (email: string) => ({ email, status: 'needs_action', kind: 'required' }) as const
    const held = current({ attendees: [guest('a@x.example')] })
    const now = item('Agreed')
    const read = {
      ...now,
      event: { ...(now as { event: CalendarEvent }).event, attendees: [guest('b@x.example')] },
    } as ProviderItem
    const actions = [upsert(2, { attendees: { invite: [{ email: 'c@x.example' }], remove: [] } })]
    // Another version may be one that was deleted.
    const { calls, last } = run(actions, agreement(), held, [
      { kind: 'item', item: read },
      { kind: 'item', item: read },
    ])
    expect(calls).toEqual(['read', 'find', 'update'])
    expect(last).toMatchObject({
      etag: 'W/"2"',
      patch: { attendees: [{ email: 'b@x.example' }, { email: 'c@x.example' }] },
    })
    const known = [upsert(2, { attendees: { invite: [{ email: 'a@x.example' }], remove: [] } })]
    expect(run(known, agreement(), held, []).calls).toEqual([])
  })

  test('of the title of an online meeting leaves its text alone', () => {
    const { calls, last } = change([], current({ onlineMeeting: { provider: 'teams' } }))
    expect(calls).toEqual(['update'])
    expect(last).toMatchObject({ patch: { summary: 'Ours' } })
  })
})

describe('a deletion', () => {
  const remove = action(2, { kind: 'delete', target, seen: { content: content() } })

  test('lets the next upsert make a new event under a new marker', () => {
    const { result } = run([remove], agreement(), current(), [{ kind: 'done' }])
    expect(applied(result)).toEqual({
      ...{ key: KEY, integrator: 'sample', calendar: 'calendar', eventId: 'fa-1' },
      ...{ sent: {}, sentBy: {}, settled: 2, storedBy: 2, generation: 2 },
    })
  })

  test('of what is gone already is done', () => {
    expect(run([remove], agreement(), current(), [GONE, GONE]).result).toMatchObject({ state: 'unchanged' })
  })

  test('reads again before it takes another version away', () => {
    const same = run([remove], agreement(), current(), [{ kind: 'conflict' }, { kind: 'item', item: item('Agreed') }])
    expect(same.calls).toEqual(['delete', 'find', 'delete'])
    const changed = run([remove], agreement(), current(), [
      { kind: 'conflict' },
      { kind: 'item', item: item('Theirs') },
    ])
    expect(changed.result).toEqual({ state: 'rejected', reason: 'changed_meanwhile' })
  })

  test('of what an attempt may have made looks for it, and waits until the attempt cannot come through any more', () => {
    const fresh = { ...noAgreement(), attemptedAt: epochMs(NOW - 1_000) }
    const old = { ...fresh, attemptedAt: epochMs(NOW - 600_000) }
    expect(run([remove], fresh, undefined, [{ kind: 'gone' }])).toMatchObject({
      calls: ['find'],
      result: { state: 'later' },
    })
    expect(run([remove], old, undefined, [{ kind: 'gone' }])).toMatchObject({
      calls: ['find'],
      result: { state: 'unchanged' },
    })
    expect(run([remove], old, undefined, [{ kind: 'item', item: item('Agreed') }]).calls).toEqual(['find', 'delete'])
  })
})
