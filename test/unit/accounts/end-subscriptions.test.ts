import { expect, test } from 'vitest'
import { endSubscriptions } from '../../../shared/accounts/end-subscriptions.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import { days, later } from '../../../shared/core/time.ts'
import { CALENDAR } from '../../support/calendar-state.ts'
import { NOW } from '../../support/pull-account.ts'

const called = (providerId: string) => ({ providerId, expiresAt: later(NOW, days(6)) })

/** Ends the subscriptions at a provider that has the given ones, or cannot say which. @returns what it was asked. */
async function ended(noted: readonly (string | undefined)[], held: readonly string[] | undefined) {
  const asked: unknown[] = []
  const calendars = noted.map((name, at) => ({
    providerId: `calendar ${at}`,
    subscription: name ? called(name) : undefined,
  }))
  const mailbox = {
    async subscriptions(ids: readonly string[]) {
      asked.push(['subscriptions', ids])
      if (held === undefined) throw new SyncError('MICROSOFT_UNREACHABLE', 'no')
      return held.map(called)
    },
    unsubscribe: async (id: string) => void asked.push(['unsubscribe', id]),
  }
  const failure = await endSubscriptions(
    mailbox,
    calendars.map((one) => ({ ...CALENDAR, ...one })),
  ).catch(({ code }: SyncError) => code)
  return { asked, failure }
}

test('each that is noted or found is ended once, with one question for all calendars', async () => {
  const { asked } = await ended(['a', undefined, 'b'], ['b', 'unnoted'])
  expect(asked).toEqual([
    ['unsubscribe', 'a'],
    ['unsubscribe', 'b'],
    ['subscriptions', ['calendar 0', 'calendar 1', 'calendar 2']],
    ['unsubscribe', 'unnoted'],
  ])
})

test('those that are noted end also when the provider cannot tell of others', async () => {
  const { asked, failure } = await ended(['a'], undefined)
  expect(asked).toEqual([
    ['unsubscribe', 'a'],
    ['subscriptions', ['calendar 0']],
  ])
  expect(failure).toBe('MICROSOFT_UNREACHABLE')
})

test('an account without calendars has none', async () => {
  expect((await ended([], ['another'])).asked).toEqual([])
})
