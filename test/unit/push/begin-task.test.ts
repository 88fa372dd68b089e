import { describe, expect, test } from 'vitest'
import { epochMs, later, minutes } from '../../../shared/core/time.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import type { Place } from '../../../shared/push/plan.ts'
import { adopting, begin, nextStep, type Task } from '../../../shared/push/task.ts'
import { agreement, current, noAgreement, place, target } from '../../support/push.ts'
import { DELETION, NOW, taskOf, WISH } from '../../support/push-answers.ts'

describe('a task at its beginning', () => {
  test('is in the calendar where the cache has the event, and else where it was agreed to be', () => {
    const begun = (cached: Parameters<typeof begin>[3]) =>
      begin({ target, last: WISH, actions: [WISH] }, agreement(), place, cached, NOW)
    expect(begun({ ...current(), calendar: 'moved', heardAt: NOW })).toMatchObject({ calendar: 'moved', heardAt: NOW })
    expect(begun(undefined)).toMatchObject({ calendar: 'calendar', heardAt: undefined, current: undefined })
    expect(begun(undefined)).toMatchObject({
      rivals: [],
      overruled: [],
      adopted: false,
      inCalendar: false,
      sought: false,
      isListed: false,
    })
  })

  test('has an event that may arrive for two minutes after it was asked for', () => {
    const arriving = (attemptedAt?: number) =>
      taskOf(WISH, { ...noAgreement(), ...(attemptedAt && { attemptedAt: epochMs(attemptedAt) }) }).mayArrive
    expect([arriving(), arriving(NOW - 119_999), arriving(NOW - 120_000)]).toEqual([false, true, false])
    expect(later(epochMs(NOW - 120_000), minutes(2))).toBe(NOW)
  })
})

describe('an event that was never told to be made', () => {
  const known = (more: Partial<Agreement>, last = WISH, at: Place = place) =>
    begin({ target, last, actions: [last] }, { ...noAgreement(), ...more }, at, undefined, NOW).current
  const unclaimed: Place = { ...place, mayHoldUnclaimed: true }

  test('is looked for in a calendar that may hold it, where it would be made', () => {
    expect(known({}, WISH, unclaimed)).toBeUndefined()
    expect(known({}, WISH)).toBeNull()
    expect(known({ eventId: undefined }, WISH, unclaimed)).toBeNull()
    expect(known({}, DELETION, unclaimed)).toBeNull()
    expect(known({}, WISH, { ...unclaimed, writable: false })).toBeNull()
    expect(known({}, WISH, { ...unclaimed, deleted: true })).toBeNull()
  })

  test('is looked for after a try once it was tried for two minutes, and before its deletion', () => {
    const tried = (since: number) => ({ attemptedAt: NOW, attemptedSince: epochMs(NOW - since) })
    expect(known(tried(119_999))).toBeNull()
    expect(known(tried(120_000))).toBeUndefined()
    expect(known({ attemptedAt: epochMs(NOW - 120_000) })).toBeUndefined()
    expect(known(tried(0), DELETION)).toBeUndefined()
  })
})

describe('in a calendar that is gone', () => {
  const nowhere = { ...place, providerId: '' }
  const step = (base: Agreement, more: Partial<Task> = {}) => {
    const next = nextStep({ ...taskOf(DELETION, base), place: nowhere, ...more })
    return next.kind === 'call' ? next.call : next.result
  }

  test('an event is asked for by its name, and only one without a name is looked for', () => {
    expect(step(agreement(), { current: undefined })).toEqual({ kind: 'read', providerId: 'provider-1' })
    expect(step(noAgreement(), { current: undefined })).toMatchObject({ kind: 'find' })
    expect(step({ ...noAgreement(), eventId: undefined }, { current: undefined })).toMatchObject({ kind: 'find' })
  })

  test('an event is not looked for where it was read', () => {
    expect(step(agreement(), { isListed: false })).toMatchObject({ kind: 'delete' })
  })
})

describe('what was sent', () => {
  const MINUTE = 60_000
  const wishesOnceFound = (createdAt: number | undefined, adopted = true, attemptedSince = true) => {
    const base = agreement({ sent: { summary: 'Ours' }, sentBy: { summary: 9 }, stored: undefined })
    const task = taskOf(WISH, { ...base, ...(attemptedSince && { attemptedSince: NOW }) })
    const made = createdAt === undefined ? {} : { createdAt: epochMs(createdAt) }
    return Object.keys(adopting({ ...task, adopted }, current(made)).wishes.changed)
  }

  test('counts as known where one of the tries made the event', () => {
    expect(wishesOnceFound(NOW)).toEqual([])
    expect(wishesOnceFound(NOW - 6 * MINUTE)).toEqual([])
    expect(wishesOnceFound(NOW - 6 * MINUTE - 1)).toEqual(['summary'])
  })

  test('counts as known where nobody says when the event was made, or it was not looked for', () => {
    expect(wishesOnceFound(undefined)).toEqual([])
    expect(wishesOnceFound(1, false)).toEqual([])
    expect(wishesOnceFound(1, true, false)).toEqual([])
  })
})
