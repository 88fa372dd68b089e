import { describe, expect, test } from 'vitest'
import { epochMs, minutes } from '../../../shared/core/time.ts'
import { afterAnswer } from '../../../shared/push/after-answer.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import { placeOf } from '../../../shared/push/plan.ts'
import type { Step, Task } from '../../../shared/push/task.ts'
import type { Answer, ProviderItem } from '../../../shared/push/writer.ts'
import { agreement, current, KEY, noAgreement, upsert } from '../../support/push.ts'
import {
  answered,
  CALLS,
  called,
  DELETION,
  external,
  GONE,
  MADE,
  NOW,
  nowhere,
  RESPONSE,
  taskOf,
  WISH,
} from '../../support/push-answers.ts'

/** Both times where a 404 has it asked for in its calendar. */
function missed(task: Task, kind: keyof typeof CALLS): Step {
  const step = answered(task, kind, GONE)
  return step.kind === 'call' && 'providerId' in step.call ? answered(step.task, kind, GONE) : step
}
const ELSEWHERE: Answer = { kind: 'calendars', providerIds: ['calendar-1', 'calendar-2', 'calendar-3'] }
const THEIRS: ProviderItem = { ...MADE, event: { ...MADE.event, summary: 'Theirs' } }

describe('an event that is not there', () => {
  test.each(['update', 'delete', 'respond', 'read', 'meeting'] as const)(
    'is asked for in its calendar, by the same call: %s',
    (kind) => {
      const asked = answered(taskOf(kind === 'delete' ? DELETION : WISH, external(agreement())), kind, GONE)
      expect(called(asked)).toEqual({ ...CALLS[kind], calendarProviderId: 'calendar-1' })
      const conflict = answered(asked.task, 'update', { kind: 'conflict' })
      expect(called(conflict)).toEqual({ ...CALLS.read, calendarProviderId: 'calendar-1' })
    },
  )

  test('is asked for in a calendar that one list lacks, and not where nobody knows the calendar', () => {
    const task = taskOf(DELETION)
    const missing = { ...task, place: { ...task.place, deleted: true } }
    expect(called(answered(missing, 'delete', GONE))).toEqual({ ...CALLS.delete, calendarProviderId: 'calendar-1' })
    const nowhere = { ...task, place: placeOf([], 'calendar') }
    expect(called(answered(nowhere, 'delete', GONE))).toMatchObject({ state: 'unchanged' })
  })

  test('is what a deletion wanted', () => {
    for (const kind of ['delete', 'read'] as const)
      expect(called(missed(taskOf(DELETION), kind))).toMatchObject({
        ...{ state: 'unchanged', learned: { kind: 'removed', providerId: 'provider-1' } },
        agreement: { generation: 2, settled: 2, sent: {} },
      })
  })

  test('is looked for under its marker before it is made again', () => {
    const sought = missed(taskOf(WISH), 'update')
    expect(sought).toMatchObject({ kind: 'call', call: CALLS.find, task: { sought: true } })
    expect(called(nowhere(sought.task))).toMatchObject({ kind: 'create', marker: `${KEY}.2` })
  })

  test('is not made again where the search finds it, and only its name does not', () => {
    const sought = missed(taskOf(WISH, agreement(), current({ summary: 'Theirs' })), 'update')
    const found = answered(sought.task, 'find', { kind: 'item', item: MADE })
    expect(called(missed(found.task, 'update'))).toEqual({ state: 'later', throttled: false })
  })

  test('is not looked for where a search has just been in vain', () => {
    const vain = nowhere(taskOf(WISH))
    expect(called(vain)).toMatchObject({ kind: 'create' })
    expect(called(missed(vain.task, 'read'))).toMatchObject({ kind: 'create' })
  })

  test('is not looked for where it can have no marker, and not for an answer', () => {
    const reason = { state: 'rejected', reason: 'event_gone' }
    expect(called(missed(taskOf(WISH, external(agreement())), 'update'))).toEqual(reason)
    expect(called(missed(taskOf(RESPONSE), 'respond'))).toEqual(reason)
  })

  const attempted = { ...noAgreement(), attemptedAt: epochMs(NOW - 1_000) }
  const old = { ...attempted, attemptedAt: epochMs(NOW - minutes(2)) }

  test('may still come, where a creation of it is on its way', () => {
    const vain = (base: Agreement) => called(answered(taskOf(DELETION, base, null), 'find', GONE))
    expect(vain(attempted)).toEqual({ state: 'later', throttled: false })
    expect(vain(old)).toMatchObject({ state: 'unchanged', agreement: { generation: 2 } })
    expect(vain(old)).not.toHaveProperty('learned')
    const found = taskOf(DELETION, { ...agreement(), attemptedAt: epochMs(NOW - 1_000) })
    expect(called(missed(found, 'delete'))).toMatchObject({ state: 'unchanged' })
    expect(called(answered(taskOf(RESPONSE, attempted, null), 'find', GONE))).toMatchObject({ reason: 'event_gone' })
  })

  test('is looked for in other calendars, where somebody may have moved it', () => {
    for (const last of [WISH, DELETION]) {
      const asked = answered(taskOf(last, agreement(), null), 'find', GONE)
      expect(called(asked)).toEqual({ kind: 'calendars' })
      const second = answered(asked.task, 'calendars', ELSEWHERE)
      expect(called(second)).toEqual({ ...CALLS.find, calendarProviderId: 'calendar-2', knownAs: 'provider-1' })
      const third = answered(second.task, 'find', GONE)
      expect(called(third)).toMatchObject({ kind: 'find', calendarProviderId: 'calendar-3' })
      const ended = last === WISH ? { kind: 'create' } : { state: 'unchanged' }
      expect(called(answered(third.task, 'find', GONE))).toMatchObject(ended)
    }
  })

  test('is looked for in what other calendars show, where it is not ours', () => {
    const seen = answered(taskOf(WISH, external(agreement()), null), 'read', { kind: 'item', item: MADE })
    const asked = answered({ ...seen.task, inCalendar: true }, 'listed', GONE)
    const second = answered(asked.task, 'calendars', { ...ELSEWHERE, providerIds: ['calendar-2'] })
    expect(called(second)).toMatchObject({ kind: 'listed', providerId: 'made', calendarProviderId: 'calendar-2' })
    expect(called(answered(second.task, 'listed', { kind: 'done' }))).toMatchObject({ state: 'unchanged' })
    expect(called(answered(second.task, 'listed', GONE))).toMatchObject({ reason: 'event_gone' })
  })

  test('is not looked for elsewhere where nobody knows that it was made', () => {
    expect(called(answered(taskOf(WISH, noAgreement(), null), 'find', GONE))).toMatchObject({ reason: 'event_gone' })
  })

  test('is looked for again where it was found elsewhere, after a conflict', () => {
    for (const last of [WISH, DELETION]) {
      const wished = taskOf(last, agreement(), null)
      const there = { ...CALLS.find, calendarProviderId: 'calendar-2' }
      const searched = { ...wished, elsewhere: ['calendar-3'] }
      const found = afterAnswer(searched, there, { kind: 'item', item: THEIRS })
      const conflict = answered(found.task, 'update', { kind: 'conflict' })
      expect(called(conflict)).toMatchObject({ kind: 'find', calendarProviderId: 'calendar-1' })
      expect(called(answered(conflict.task, 'find', GONE))).toMatchObject({ calendarProviderId: 'calendar-2' })
    }
  })

  test('is no matter of another calendar that refuses to be searched', () => {
    const task = { ...taskOf(WISH, agreement(), null), elsewhere: ['calendar-3'] }
    const refused: Answer = { kind: 'refused', code: 'ErrorAccessDenied' }
    const there = { ...CALLS.find, calendarProviderId: 'calendar-2' }
    expect(called(afterAnswer(task, there, refused))).toMatchObject({ calendarProviderId: 'calendar-3' })
    expect(called(answered(task, 'find', refused))).toMatchObject({ reason: 'calendar_read_only' })
  })

  test('may be too young for a search, where a creation of it is told to have come through', () => {
    const young = { ...noAgreement(), attemptedAt: epochMs(NOW - 1_000) }
    const old = { ...young, attemptedAt: epochMs(NOW - minutes(2)) }
    const vain = (base: Agreement) => {
      const asked = answered(taskOf(WISH, base, null), 'create', { kind: 'exists', providerId: 'made' })
      return called(answered({ ...asked.task, elsewhere: [] }, 'find', GONE))
    }
    expect(vain(young)).toEqual({ state: 'later', throttled: false })
    expect(vain(old)).not.toMatchObject({ state: 'later' })
  })

  test('has no calendar either, when it was to be made there', () => {
    expect(called(answered(taskOf(WISH, noAgreement()), 'create', GONE))).toMatchObject({ reason: 'calendar_gone' })
  })
})

describe('what has been deleted, and still answers under its name,', () => {
  const [foreign, task] = [external(agreement()), taskOf(WISH, external(agreement()), null)]
  const READ: Answer = { kind: 'item', item: MADE }
  const sight = { kind: 'listed', calendarProviderId: 'calendar-1', providerId: 'made' }

  test('is believed to be there when its calendar shows it', () => {
    const conflict = answered(taskOf(WISH, foreign), 'update', { kind: 'conflict' })
    for (const read of [answered(task, 'read', READ), answered(conflict.task, 'read', READ)]) {
      expect(called(read)).toMatchObject(sight)
      expect(called(afterAnswer(read.task, { ...CALLS.listed, providerId: 'made' }, { kind: 'done' }))).toMatchObject({
        state: 'unchanged',
        learned: MADE,
      })
    }
  })

  test('is gone when its calendar does not', () => {
    const { task: seen } = answered(task, 'read', READ)
    expect(called(nowhere(seen, 'listed'))).toEqual({ state: 'rejected', reason: 'event_gone' })
    const { task: left } = answered(taskOf(DELETION, foreign, null), 'read', READ)
    expect(called(nowhere(left, 'listed'))).toMatchObject({
      ...{ state: 'unchanged', learned: { kind: 'removed', providerId: 'made' } },
    })
  })

  test.each(['ErrorCalendarCannotUpdateDeletedItem', 'ErrorCannotDeleteObject'])('is looked for, once: %s', (code) => {
    for (const [last, kind] of [
      [WISH, 'update'],
      [DELETION, 'delete'],
    ] as const) {
      const refused = answered(taskOf(last), kind, { kind: 'refused', code })
      expect(called(refused)).toMatchObject({ ...CALLS.find, knownAs: 'provider-1' })
      const again = answered(refused.task, kind, { kind: 'refused', code })
      expect(called(again)).toEqual({ state: 'rejected', reason: 'refused_by_microsoft' })
    }
  })

  test('needs no second deletion where nobody knows its calendar', () => {
    const task = { ...taskOf(DELETION), place: placeOf([], 'calendar') }
    const refused = answered(task, 'delete', { kind: 'refused', code: 'ErrorCannotDeleteObject' })
    expect(called(refused)).toMatchObject({ state: 'unchanged' })
  })

  test('is not what the cache holds when it is of another version', () => {
    const invited = upsert(2, { attendees: { invite: [{ email: 'a@x.example' }], remove: [] } })
    const held = current({}, { etag: 'W/"2"' })
    const listed = (base: Agreement, cached: Task['current']) =>
      called(answered(taskOf(invited, base, cached), 'read', READ))
    expect(listed(agreement(), held)).toMatchObject({ kind: 'update' })
    expect(listed(agreement(), current())).toMatchObject({ ...CALLS.find, knownAs: 'made' })
    expect(listed(foreign, current())).toMatchObject(sight)
  })
})
