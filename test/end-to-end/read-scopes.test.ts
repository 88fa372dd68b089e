import { beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { apiFailure } from '../../shared/api/failure.ts'
import {
  AccountAnswer,
  CalendarsAnswer,
  ProfilesAnswer,
  UserinfoAnswer,
} from '../../shared/api/read/identity-shapes.ts'
import { EventAnswer, EventsPage, FreeBusyPage } from '../../shared/api/read/wire-shapes.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { type Connection, PLANNER } from '../support/authorization.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
let uid: string
let ownUid: string

beforeAll(async () => {
  at = await startWriting()
  const start = { dateTime: at.at(1, '09:00').slice(0, -1), timeZone: 'UTC' }
  const end = { dateTime: at.at(1, '10:00').slice(0, -1), timeZone: 'UTC' }
  at.mailbox.create({
    ...{ subject: 'Secret', start, end, isOnlineMeeting: true, location: { displayName: 'Room' } },
    recurrence: {
      pattern: { type: 'daily', interval: 2 },
      range: { type: 'numbered', startDate: start.dateTime.slice(0, 10), numberOfOccurrences: 3 },
    },
    attendees: [{ emailAddress: { address: 'ida@contoso.example', name: 'Ida' }, type: 'required' }],
  })
  await at.upsert(at.meeting({ description: 'Agenda' }))
  await at.sync()
  const events = await at.read()
  uid = events.find(({ summary }) => summary === 'Secret')?.event_uid ?? ''
  ownUid = events.find(({ event_id }) => event_id === 'fa-1')?.event_uid ?? ''
})

/** One connection for each scope, all of the integrator whose own event there is. */
const connections = new Map<string, Promise<Connection>>()
const SAMPLE = { ...PLANNER, clientId: 'sample', secret: PLANNER.secret.replace('0002', '0001') }
const connected = (scope: string): Promise<Connection> => {
  const known = connections.get(scope) ?? at.fixture.connect(at.person, SAMPLE, scope)
  connections.set(scope, known)
  return known
}

const SCHEDULE = '/v1/events?tzid=Etc/UTC'
const OWN = `${SCHEDULE}&only_managed=true`
const FREE_BUSY = '/v1/free_busy?tzid=Etc/UTC&include_managed=true'
const ANY = ['/v1/account', '/v1/userinfo', '/v1/profiles', OWN, 'own event']

test.each<[string, readonly string[]]>([
  ['read_events', [...ANY, '/v1/calendars', SCHEDULE, FREE_BUSY, 'event']],
  ['read_only', [...ANY, '/v1/calendars', SCHEDULE, FREE_BUSY, 'event']],
  ['read_write', [...ANY, '/v1/calendars', SCHEDULE, FREE_BUSY, 'event']],
  ['read_free_busy', [...ANY, FREE_BUSY]],
  ['free_busy', [...ANY, FREE_BUSY]],
  ['free_busy_write', [...ANY, FREE_BUSY, '/v1/calendars']],
  ['write_only', [...ANY, '/v1/calendars']],
  ['create_event', [...ANY, '/v1/calendars']],
  ['delete_event', [...ANY, '/v1/calendars']],
  ['create_calendar', [...ANY, '/v1/calendars']],
  ['list_calendars', [...ANY, '/v1/calendars']],
  ['change_participation_status', ANY],
  ['read_account', ANY],
  ['event_reminders', ANY],
])(
  'O9: with the scope %s an integrator reads what it was granted, and gets 403 for the rest',
  async (scope, granted) => {
    const reader = await connected(scope)
    const paths = { event: `/v1/events/${uid}`, 'own event': `/v1/events/${ownUid}` }
    for (const path of [...ANY, '/v1/calendars', SCHEDULE, FREE_BUSY, 'event']) {
      const { status, body } = await reader.get(paths[path as keyof typeof paths] ?? path)
      expect({ path, status }).toEqual({ path, status: granted.includes(path) ? 200 : 403 })
      if (status === 403) expect(body).toMatchObject({ error: 'SCOPE_MISSING' })
      if (!granted.includes('event')) expect(JSON.stringify(body)).not.toContain('Secret')
    }
    const { body } = await reader.get('/v1/userinfo')
    expect(JSON.stringify(body).includes('calendar_name')).toBe(granted.includes('/v1/calendars'))
  },
)

test('the answer to a missing scope names the scopes that would do', async () => {
  const error = new SyncError('SCOPE_MISSING', '', { facts: { scope: 'read_events read_only' } })
  expect((await apiFailure(error, 'id')).headers['www-authenticate']).toContain(
    'error="insufficient_scope", scope="read_events read_only"',
  )
})

test('a page of events is refused to a grant of the same integrator that may not read events', async () => {
  const { createScheduleReader } = await import('../support/schedule-reader.ts')
  const paged = await createScheduleReader(at.fixture, 1)
  const { pages } = await paged.events('tzid=Etc/UTC')
  expect((await (await connected('read_events')).get(pages.next_page ?? '')).status).toBe(200)
  expect((await (await connected('free_busy')).get(pages.next_page ?? '')).status).toBe(403)
})

test.each<[string, z.ZodType]>([
  ['/v1/account', AccountAnswer],
  ['/v1/userinfo', UserinfoAnswer],
  ['/v1/profiles', ProfilesAnswer],
  ['/v1/calendars', CalendarsAnswer],
  [`${SCHEDULE}&include_managed=true&include_geo=true`, EventsPage],
  [`${SCHEDULE}&include_managed=true&localized_times=true`, EventsPage],
  [`${FREE_BUSY}&include_ids=true&include_free=true&include_deleted=true&localized_times=true`, FreeBusyPage],
  ['event', EventAnswer],
])('what %s answers is what its schema says, nothing more and nothing less', async (path, schema) => {
  await at.upsert(at.meeting({ event_id: 'fa-2', summary: 'On its way' }))
  const { status, body } = await (await connected('read_events')).get(path === 'event' ? `/v1/events/${uid}` : path)
  expect(status).toBe(200)
  expect(schema.parse(body)).toEqual(body)
  expect(() => z.toJSONSchema(schema)).not.toThrow()
})
