import { expect, test } from 'vitest'
import { type FailureCode, SyncError } from '../../../shared/core/errors.ts'
import { epochMs, later, minutes } from '../../../shared/core/time.ts'
import type { CalendarState } from '../../../shared/pull/state.ts'
import { pushActions } from '../../../shared/push/push-actions.ts'
import { agreement, KEY, times, upsert } from '../../support/push.ts'
import { createPushAccount, NOW, PUSHED } from '../../support/push-account.ts'

const DEADLINE = later(NOW, minutes(1))
const TRIED = epochMs(NOW - minutes(3))
const NEW = { summary: 'New', times: times() }
const unasked: CalendarState = { ...PUSHED, mayHoldUnclaimed: undefined }

const account = (calendars = [unasked]) =>
  createPushAccount({ calendars, actions: [upsert(2, NEW, { acceptedAt: epochMs(NOW - 1) })] })

test('a calendar that holds nothing of ours is asked once, and then events are made without being looked for', async () => {
  const first = account()
  await pushActions(first.push, DEADLINE)
  expect(first.diary.slice(0, 4)).toEqual(['survey', 'note', 'settle', 'create'])
  expect(first.session.calendars).toMatchObject([{ mayHoldUnclaimed: false }])
  const next = account([...first.session.calendars])
  await pushActions(next.push, DEADLINE)
  expect(next.diary.slice(0, 2)).toEqual(['settle', 'create'])
})

test('in a calendar that holds something of ours each event is looked for before it is made', async () => {
  const one = account()
  one.holdsMarked = () => true
  await pushActions(one.push, DEADLINE)
  expect(one.diary.slice(0, 5)).toEqual(['survey', 'note', 'find', 'settle', 'create'])
})

test('nothing is asked of a calendar that nothing can be made in', async () => {
  for (const more of [{ writable: false }, { deleted: true }]) {
    const one = account([{ ...unasked, ...more }])
    await pushActions(one.push, DEADLINE)
    expect(one.diary).toEqual(['settle'])
  }
})

test('nothing is asked where the event is known to have been made, or to have been tried', async () => {
  const { providerId: _, ...attempted } = agreement({ key: KEY, attemptedAt: TRIED, attemptedSince: TRIED })
  for (const known of [agreement({ key: KEY }), attempted]) {
    const one = createPushAccount({ calendars: [unasked], agreements: [known], actions: [upsert(2, NEW)] })
    await pushActions(one.push, DEADLINE)
    expect(one.diary).not.toContain('survey')
  }
})

const failing = (code: FailureCode) => {
  const one = account()
  one.holdsMarked = () => {
    throw new SyncError(code, 'simulated')
  }
  return one
}

test.each(['ITEM_GONE', 'MICROSOFT_REFUSED', 'MICROSOFT_UNEXPECTED_SHAPE'] as const)(
  'after %s the event is looked for, and the calendar asked again the next time',
  async (code) => {
    const one = failing(code)
    await pushActions(one.push, DEADLINE)
    expect(one.diary.slice(0, 4)).toEqual(['survey', 'find', 'settle', 'create'])
    expect(one.session.calendars).toMatchObject([{ mayHoldUnclaimed: undefined }])
  },
)

test('nothing is made while nobody answers, or the mailbox asks for patience', async () => {
  const silent = failing('MICROSOFT_UNREACHABLE')
  expect(await pushActions(silent.push, DEADLINE)).toEqual({ ran: 'unanswered', notBefore: undefined })
  const busy = failing('MICROSOFT_THROTTLED')
  await expect(pushActions(busy.push, DEADLINE)).rejects.toMatchObject({ code: 'MICROSOFT_THROTTLED' })
  expect([silent.diary, busy.diary]).toEqual([['survey'], ['survey']])
})
