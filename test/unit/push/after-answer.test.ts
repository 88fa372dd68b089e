import { describe, expect, test } from 'vitest'
import { afterAnswer, currentOf } from '../../../shared/push/after-answer.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import type { Answer } from '../../../shared/push/writer.ts'
import { agreement, content, current, KEY, noAgreement, place } from '../../support/push.ts'
import {
  answered,
  CALLS,
  called,
  DELETION,
  external,
  MADE,
  RESPONSE,
  taskOf,
  WISH,
} from '../../support/push-answers.ts'

const RULE = { frequency: 'daily' as const, interval: 1, startDate: '2026-11-23' }

describe('an answer', () => {
  test('to a response settles it, and says nothing of the event', () => {
    expect(called(answered(taskOf(RESPONSE), 'respond', { kind: 'done' }))).toMatchObject({
      ...{ state: 'applied', learned: undefined, agreement: { ...agreement(), settled: 2 } },
    })
  })

  test('to a deletion makes room for a new event', () => {
    expect(called(answered(taskOf(DELETION), 'delete', { kind: 'done' }))).toMatchObject({
      state: 'applied',
      agreement: { generation: 2 },
    })
  })

  test('to a write is what is agreed on', () => {
    for (const kind of ['create', 'update'] as const)
      expect(called(answered(taskOf(WISH), kind, { kind: 'item', item: MADE }))).toMatchObject({
        ...{ state: 'applied', learned: MADE },
        agreement: { providerId: 'made', stored: { content: { summary: 'Ours' } }, storedBy: 2, settled: 2 },
      })
  })

  test('to a read is where the task goes on from', () => {
    const held = current({}, { etag: 'W/"2"' })
    const step = answered(taskOf(WISH, agreement(), held), 'read', {
      kind: 'item',
      item: { ...MADE, event: { ...MADE.event, summary: 'Theirs' } },
    })
    expect(step).toMatchObject({ call: { kind: 'update', providerId: 'made', etag: 'W/"2"' } })
    expect(step.task.read).toMatchObject({ event: { summary: 'Theirs' } })
  })

  test('that the event exists leads to it, by its marker', () => {
    const task = taskOf(WISH, noAgreement(), null)
    expect(answered(task, 'create', { kind: 'exists', providerId: 'made' })).toMatchObject({
      ...{ call: { ...CALLS.find, knownAs: 'made' }, task: { adopted: true } },
    })
    expect(answered(task, 'create', { kind: 'exists' })).toMatchObject({ call: CALLS.find, task: { adopted: true } })
  })

  test('to a search counts on from the creation that made what was found', () => {
    const marked = (marker: string): Answer => ({ kind: 'item', item: { ...MADE, event: { ...MADE.event, marker } } })
    const found = (marker: string) => answered(taskOf(WISH, noAgreement()), 'find', marked(marker)).task.agreement
    expect(found(`${KEY}.3`)).toMatchObject({ providerId: 'made', generation: 3 })
    expect(found(`${KEY.slice(0, -1)}x.3`)).toMatchObject({ providerId: 'made', generation: 1 })
  })

  const HELD: Answer = { kind: 'item', item: MADE }

  test('to a search tells that an event is there of which only a try was known', () => {
    const adoptedBy = (kind: 'find' | 'read', base: Agreement) => answered(taskOf(WISH, base), kind, HELD).task.adopted
    expect(adoptedBy('find', noAgreement())).toBe(true)
    expect(adoptedBy('find', agreement())).toBe(false)
    expect(adoptedBy('read', noAgreement())).toBe(false)
  })

  test('to a search in another calendar is remembered, and one in its own is not', () => {
    const foundIn = (calendarProviderId: string) =>
      afterAnswer({ ...taskOf(WISH), elsewhere: ['third'] }, { ...CALLS.find, calendarProviderId }, HELD).task.elsewhere
    expect(foundIn('second')).toEqual(['second', 'third'])
    expect(foundIn(place.providerId)).toEqual(['third'])
    expect(answered(taskOf(WISH), 'find', HELD).task.elsewhere).toBeUndefined()
  })

  test('that another calendar refuses is no refusal of the event', () => {
    const refused: Answer = { kind: 'refused', code: 'ErrorAccessDenied' }
    const task = { ...taskOf(WISH, noAgreement(), null), elsewhere: [] }
    for (const kind of ['find', 'listed'] as const) {
      const inCalendar = (calendarProviderId: string) =>
        called(afterAnswer(task, { ...CALLS[kind], calendarProviderId }, refused))
      expect(inCalendar('second')).toMatchObject({ reason: 'event_gone' })
      expect(inCalendar(place.providerId)).toMatchObject({ reason: 'calendar_read_only' })
    }
  })

  test('that it was deleted meanwhile ends a deletion where no calendar can be asked, and nothing else', () => {
    const nowhere = { ...place, providerId: '' }
    const ending = (last: Parameters<typeof taskOf>[0]) =>
      called(
        answered({ ...taskOf(last), place: nowhere }, 'update', { kind: 'refused', code: 'ErrorCannotDeleteObject' }),
      )
    expect(ending(DELETION)).toMatchObject({ state: 'unchanged' })
    expect(ending(WISH)).toMatchObject({ kind: 'read' })
  })

  test('404 after it was looked for ends a deletion, and a change waits', () => {
    const ending = (last: Parameters<typeof taskOf>[0], kind: 'delete' | 'update') =>
      called(answered({ ...taskOf(last), sought: true, inCalendar: true }, kind, { kind: 'gone' }))
    expect(ending(DELETION, 'delete')).toMatchObject({ state: 'unchanged' })
    expect(ending(WISH, 'update')).toMatchObject({ state: 'later' })
  })

  test('that asks for patience ends the task for now', () => {
    expect(called(answered(taskOf(WISH), 'update', { kind: 'later', throttled: true, retryAfterMs: 5 }))).toEqual({
      ...{ state: 'later', throttled: true, retryAfterMs: 5 },
    })
  })

  test.each([
    ['ErrorOccurrenceCrossingBoundary', 'occurrence_crosses'],
    ['ErrorAccessDenied', 'calendar_read_only'],
    ['errorPROPERTYvalidationfailure', 'value_refused'],
    ['ErrorElse', 'refused_by_microsoft'],
  ])('%s is told as %s', (code, reason) => {
    expect(called(answered(taskOf(WISH), 'update', { kind: 'refused', code }))).toEqual({ state: 'rejected', reason })
  })
})

describe('a conflict', () => {
  const conflict = (base: Agreement) =>
    answered({ ...taskOf(WISH, base), meetingBlob: 'old' }, 'update', { kind: 'conflict' })

  test('is read again under the name that is known of the event, and so is its meeting', () => {
    const { providerId: _, ...nameless } = external(agreement())
    for (const base of [external(agreement()), nameless])
      expect(conflict(base)).toMatchObject({ call: CALLS.read, task: { current: undefined, meetingBlob: undefined } })
    const agreed = external(agreement({ providerId: 'agreed' }))
    expect(called(conflict(agreed))).toEqual({ kind: 'read', providerId: 'agreed' })
  })

  test('about an event of ours is looked for: its name answers also when it was deleted', () => {
    expect(conflict(agreement())).toMatchObject({
      ...{ call: { ...CALLS.find, knownAs: 'provider-1' }, task: { current: undefined, isListed: false } },
    })
  })

  test('about an event that nobody knows by now is looked for', () => {
    const task = taskOf(WISH, noAgreement(), null)
    expect(called(answered(task, 'update', { kind: 'conflict' }))).toEqual(CALLS.find)
  })
})

test('what is current is told by a series and by an event of it', () => {
  const master = { providerId: 'S', etag: 'e', content: content(), recurrence: RULE }
  expect(currentOf({ kind: 'series', master })).toEqual({ ...master, kind: 'series' })
  expect(currentOf(MADE)).toEqual({
    ...{ providerId: 'made', etag: 'W/"2"', kind: 'occurrence', seriesProviderId: 'S', content: MADE.event },
  })
})
