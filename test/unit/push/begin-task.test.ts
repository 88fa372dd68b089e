import { describe, expect, test } from 'vitest'
import { epochMs, later, minutes } from '../../../shared/core/time.ts'
import { begin } from '../../../shared/push/task.ts'
import { agreement, current, noAgreement, place, target } from '../../support/push.ts'
import { NOW, taskOf, WISH } from '../../support/push-answers.ts'

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
