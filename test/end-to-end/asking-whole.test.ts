import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { connectPerson, type SampleIntegrator } from '../../infra/local/sample-integrator.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import { days, later, systemClock, toIsoSeconds } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { emptyWorld, firstPullDone, queueIsEmpty, type RunningSystem, startWholeSystem } from '../support/system.ts'

const DAY = toIsoSeconds(later(systemClock.now(), days(3))).slice(0, 10)

let system: RunningSystem
let mailbox: Mailbox
let client: SampleIntegrator

beforeAll(async () => {
  const world = emptyWorld()
  const [tid = ''] = world.organisations.keys()
  const person = world.addPerson({ tid, displayName: 'Anna Holm' })
  mailbox = world.mailboxOf(person.oid)
  mailbox.create(oneHour('Taken', DAY, 10))
  system = await startWholeSystem({ world })
  client = await connectPerson(system.addresses.sync, person.userPrincipalName)
  await firstPullDone(client)
}, 240_000)

afterAll(() => system.close())

const post = (path: string, token: string, body: object) =>
  fetch(`${system.addresses.sync}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

async function profile(): Promise<string> {
  const { body } = await client.get('/v1/profiles')
  return (body['profiles'] as { profile_id: string }[])[0]?.profile_id ?? ''
}

test('an integrator with its own secret finds the time that a person has', async () => {
  const { body } = await client.get('/v1/userinfo')
  const answer = await post('/v1/availability', SAMPLE.secret, {
    participants: [{ members: [{ sub: body['sub'] }], required: 'all' }],
    required_duration: { minutes: 60 },
    query_periods: [{ start: `${DAY}T09:00:00Z`, end: `${DAY}T12:00:00Z` }],
    response_format: 'slots',
  })
  expect(answer.status).toBe(200)
  const { available_slots } = (await answer.json()) as { available_slots: { start: string }[] }
  expect(available_slots.map(({ start }) => start)).toEqual([`${DAY}T09:00:00Z`, `${DAY}T11:00:00Z`])
})

test('a calendar is made in Outlook, listed at once and once, and read', { timeout: 240_000 }, async () => {
  const profile_id = await profile()
  expect((await client.send('POST', '/v1/calendars', { profile_id, name: 'Rehearsals' })).status).toBe(200)
  expect((await client.send('POST', '/v1/calendars', { profile_id, name: 'Rehearsals' })).status).toBe(422)
  const made = mailbox.calendars().find(({ name }) => name === 'Rehearsals')
  await firstPullDone(client)
  await queueIsEmpty(system)
  mailbox.create(oneHour('First rehearsal', DAY, 14), { calendarId: made?.id })
  await eventually('the new event is told', async () =>
    (await client.events()).some(({ summary }) => summary === 'First rehearsal'),
  )
  const { body } = await client.get('/v1/calendars')
  const names = (body['calendars'] as { calendar_name: string }[]).map(({ calendar_name }) => calendar_name)
  expect(names.sort()).toEqual(['Calendar', 'Rehearsals'])
})

test('what is not offered is said in JSON, and so is an address that is nothing', async () => {
  const refused = await post('/v1/application_calendars', 'undefined', { application_calendar_id: 'test' })
  expect([refused.status, await refused.json()]).toEqual([404, expect.objectContaining({ error: 'NOT_SUPPORTED' })])
  const nothing = await fetch(`${system.addresses.sync}/v1/nothing/at/all`)
  expect([nothing.status, await nothing.json()]).toEqual([404, expect.objectContaining({ error: 'NOT_FOUND' })])
})

test('a revoked profile ends the integrator’s access', async () => {
  expect((await client.send('POST', `/v1/profiles/${await profile()}/revoke`, {})).status).toBe(202)
  expect((await client.get('/v1/userinfo')).status).toBe(401)
})
