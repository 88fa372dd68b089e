import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { minutes } from '../../shared/core/time.ts'
import { PLANNER } from '../support/authorization.ts'
import { lastAccount } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { form } from '../support/oauth.ts'
import { linesOf } from '../support/reading.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
let planner: Writing

const MOST = 500

beforeEach(async () => {
  at = await startWriting()
  planner = await at.as(PLANNER)
})

const invited = (from: number) => ({
  invite: Array.from({ length: MOST }, (_, index) => ({ email: `p${from + index}@x.example` })),
})

/** Fifty upserts of one event, each of which invites five hundred people nobody has named before. */
async function crowd(from: number): Promise<readonly string[]> {
  const relative_url = await at.path()
  const batch = Array.from({ length: 50 }, (_, index) => {
    const attendees = invited((from + index) * MOST)
    return { method: 'POST', relative_url, data: at.meeting({ event_id: 'crowd', summary: 'Crowd', attendees }) }
  })
  const { status, body } = await at.send('POST', '/v1/batch', { batch })
  expect(status).toBe(207)
  return (body as { batch: { location: string }[] }).batch.map(({ location }) => location)
}

const stateAt = async (location: string) => {
  const { action } = (await at.get(new URL(location).pathname)).body as { action: { state: string; reason?: string } }
  return [action.state, action.reason].filter(Boolean).join(' ')
}

test('more people than one event holds are refused action by action, and nobody else notices', async () => {
  const sent = [...(await crowd(0)), ...(await crowd(50)), ...(await crowd(100))]
  const rename = await at.upsert(at.meeting({ event_id: 'crowd', summary: 'Renamed' }))
  const theirs = await planner.upsert(at.meeting({ summary: 'Theirs' }))
  at.mailbox.create(oneHour('Made in Outlook', at.at(2, '09:00').slice(0, 10)))
  await at.sync()
  expect(await planner.outcome(theirs)).toMatchObject({ state: 'applied' })
  const told = await planner.read()
  expect(told.map(({ summary, attendees }) => [summary, attendees.length]).sort()).toEqual([
    ['Made in Outlook', 0],
    ['Renamed', MOST],
    ['Theirs', 0],
  ])
  expect(await at.outcome(rename)).toMatchObject({ state: 'applied' })
  const states = await Promise.all(sent.map(stateAt))
  expect(states).toEqual(['superseded', ...Array<string>(149).fill('rejected value_refused')])
})

test('an account that nobody wants any more is let go of, with all that waits for it', async () => {
  await crowd(0)
  await crowd(50)
  await crowd(100)
  await at.fixture.clock.advance(minutes(1))
  for (const { clientId, secret } of [SAMPLE, PLANNER]) {
    const fields = { client_id: clientId, client_secret: secret, sub: lastAccount(at.fixture) }
    await at.fixture.service.oauth.revoke(form('/oauth/token/revoke', fields))
  }
  await at.fixture.settle()
  expect(at.fixture.graph.subscriptions.list()).toEqual([])
  expect(linesOf(at.fixture, 'account-disconnected')).toHaveLength(1)
})

/** Upserts of one event, each within the limit of a request, that together name everybody with long names and addresses. */
async function longNames(): Promise<readonly string[]> {
  const relative_url = await at.path()
  const domain = `${`${'d'.repeat(60)}.`.repeat(3)}example`
  const email = (number: number) => `p${number}@${domain}`
  const slices = Array.from({ length: 10 }, (_, slice) => Array.from({ length: 50 }, (_, index) => slice * 50 + index))
  const batch = slices.map((numbers) => {
    const invite = numbers.map((number) => ({ email: email(number), display_name: '席'.repeat(255) }))
    const attendees = { invite, remove: numbers.map((number) => ({ email: email(MOST + number) })) }
    return { method: 'POST', relative_url, data: at.meeting({ event_id: 'large', summary: 'Large', attendees }) }
  })
  const { body } = await at.send('POST', '/v1/batch', { batch })
  return (body as { batch: { location: string }[] }).batch.map(({ location }) => location)
}

test('what does not fit into a row once Microsoft has taken it is refused, and may still be deleted', async () => {
  const sent = await longNames()
  const beside = await at.upsert(at.meeting({ summary: 'Beside' }))
  const theirs = await planner.upsert(at.meeting({ summary: 'Theirs' }))
  await at.sync()
  const states = await Promise.all(sent.map(stateAt))
  // What the creation has asked for is remembered, and is too much beside what was stored, whichever of them asks again.
  expect(states).toEqual(Array(10).fill('rejected value_refused'))
  expect(await at.outcome(beside)).toMatchObject({ state: 'applied' })
  expect(await planner.outcome(theirs)).toMatchObject({ state: 'applied' })
  expect((await planner.read()).map(({ summary }) => summary).sort()).toEqual(['Beside', 'Large', 'Theirs'])
  await at.remove({ event_id: 'large' })
  await at.sync()
  expect((await planner.read()).map(({ summary }) => summary).sort()).toEqual(['Beside', 'Theirs'])
})
