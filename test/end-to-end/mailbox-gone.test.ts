import { expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { days, hours, minutes } from '../../shared/core/time.ts'
import { lastAccount } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting } from '../support/writing.ts'

test.each(['MailboxNotEnabledForRESTAPI', 'ErrorItemNotFound', 'ResourceNotFound'])(
  'G8: a mailbox that answers everything with 404 %s loses no event for it, and goes on when it is back',
  async (code) => {
    const fixture = await startService()
    const reading = await startReading(fixture, { singles: 60 })
    const before = await reading.shown()
    reading.mailbox.create(oneHour('While it was away', '2026-11-20'))
    fixture.intercept = () => Response.json({ error: { code, message: 'no' } }, { status: 404 })
    await fixture.deliver()
    await pass(fixture, minutes(30))
    expect(await reading.shown()).toEqual(before)
    fixture.intercept = () => undefined
    await pass(fixture, hours(7))
    expect(await reading.shown()).toEqual(reading.actual())
  },
)

/** The licence is gone, and the person is still there. */
function takeMailbox(fixture: ServiceFixture): void {
  const error = { code: 'MailboxNotEnabledForRESTAPI', message: 'no' }
  fixture.intercept = ({ url }) =>
    url.includes('/subscriptions') ? undefined : Response.json({ error }, { status: 404 })
}

test('G8: what waits for a mailbox that does not come back is rejected after three days', async () => {
  const writing = await startWriting()
  const { fixture } = writing
  const path = await writing.path()
  takeMailbox(fixture)
  const asked = await writing.send('POST', path, writing.meeting())
  const outcome = async () => (await writing.get(asked.action)).body['action']
  await pass(fixture, days(2), hours(1))
  expect(await outcome()).toMatchObject({ state: 'pending' })
  await pass(fixture, hours(26), hours(1))
  expect(await outcome()).toMatchObject({ state: 'rejected', reason: 'microsoft_failing' })
  fixture.intercept = () => undefined
  await pass(fixture, hours(2))
  expect(writing.held()).toEqual([])
})

test.each([
  ['answers with 404', takeMailbox],
  [
    'does not answer',
    (fixture: ServiceFixture) => {
      fixture.intercept = ({ url }) => {
        if (url.includes('/subscriptions')) return undefined
        throw new TypeError('timeout')
      }
    },
  ],
])('G8: an account whose mailbox %s is disconnected, and what it was asked for is rejected', async (_, take) => {
  const writing = await startWriting()
  const { fixture } = writing
  const path = await writing.path()
  take(fixture)
  await writing.send('POST', path, writing.meeting())
  // The list of calendars is due by then, and cannot be read either.
  await pass(fixture, hours(2))
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: lastAccount(fixture) }))
  await pass(fixture, hours(2))
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(1)
  expect(linesOf(fixture, 'action-settled')).toEqual([expect.objectContaining({ reason: 'disconnected' })])
  expect(linesOf(fixture, 'actions-left')).toEqual([])
  fixture.intercept = () => undefined
  await writing.as(SAMPLE)
  await pass(fixture, hours(1))
  expect(writing.held()).toEqual([])
})

test('G4: after a failure and days in which nothing of ours ran, one more failure rejects nothing', async () => {
  const writing = await startWriting()
  const { fixture } = writing
  const path = await writing.path()
  const fail = () => {
    throw new TypeError('cut off')
  }
  fixture.intercept = fail
  await writing.send('POST', path, writing.meeting())
  await pass(fixture, hours(2))
  const before = linesOf(fixture, 'mailbox-left-alone').length
  await fixture.clock.advance(days(4))
  await fixture.service.wakeDue()
  await fixture.settle()
  expect([before > 0, linesOf(fixture, 'mailbox-left-alone').length]).toEqual([true, before + 1])
  fixture.intercept = () => undefined
  await pass(fixture, hours(2))
  expect(linesOf(fixture, 'action-settled')).toMatchObject([{ state: 'applied' }])
})

test('G4: after days of patience that Microsoft has asked for, one failure rejects nothing', async () => {
  const writing = await startWriting()
  const { fixture } = writing
  const path = await writing.path()
  const error = { code: 'ApplicationThrottled', message: 'no' }
  fixture.intercept = () => Response.json({ error }, { status: 429, headers: { 'Retry-After': '3000' } })
  await writing.send('POST', path, writing.meeting())
  await pass(fixture, hours(80), hours(1))
  let isBroken = false
  fixture.intercept = () => {
    if (isBroken) return undefined
    isBroken = true
    throw new TypeError('cut off')
  }
  await pass(fixture, hours(2))
  expect(isBroken).toBe(true)
  expect(linesOf(fixture, 'action-settled')).toMatchObject([{ state: 'applied' }])
  expect(writing.held()).toHaveLength(1)
})
