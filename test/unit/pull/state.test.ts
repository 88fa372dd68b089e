import { describe, expect, test } from 'vitest'
import { assertCalendarsKnown } from '../../../shared/pull/known-calendars.ts'
import { begunRound } from '../../../shared/pull/round.ts'
import { calendarOf } from '../../../shared/pull/session.ts'
import { CALENDAR } from '../../support/calendar-state.ts'
import { createPullAccount } from '../../support/pull-account.ts'

const { head } = createPullAccount().session

describe('which calendars an account has', () => {
  test('is known of an account without lost rows, and of nobody', () => {
    expect(() => assertCalendarsKnown(head)).not.toThrow()
    expect(() => assertCalendarsKnown(undefined)).not.toThrow()
  })

  test.each([0, 7])('is not known while calendars are read again that were lost (rounds from %i)', (roundsFrom) => {
    const code = 'STORAGE_UNAVAILABLE'
    expect(() => assertCalendarsKnown({ ...head, roundsFrom })).toThrow(expect.objectContaining({ code }))
  })
})

describe('a calendar of a session', () => {
  const other = { ...CALENDAR, key: 'other' }

  test('is found by its name', () => {
    expect(calendarOf({ calendars: [other, CALENDAR] }, CALENDAR.key)).toBe(CALENDAR)
  })

  test('is never another one', () => {
    expect(() => calendarOf({ calendars: [other] }, CALENDAR.key)).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    )
  })
})

describe('the last round that has asked for anything', () => {
  const progress = { link: 'next', fresh: true, view: false, repeats: 0, touched: [], pages: 1, mixed: false }

  test.each([
    ['one whose pages have begun', progress, 5],
    ['the one before a round that is yet to begin', { ...progress, link: '' }, 4],
    ['one that is complete', undefined, 5],
  ])('is %s', (_which, progress, begun) => {
    expect(begunRound({ ...CALENDAR, round: 5, progress })).toBe(begun)
  })
})
