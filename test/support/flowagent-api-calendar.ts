import { type Context, Hono } from 'hono'
import type { FakeState } from './flowagent-api.ts'

/** An event of the API's wire format; what is left out is filled in. */
export interface WireEvent {
  event_uid: string
  start: string | { time: string; tzid: string }
  end: string | { time: string; tzid: string }
  [more: string]: unknown
}

export type StoredEvent = WireEvent & { modifiedAt: number }

/** Account, calendars and events, for the bearer of the access token that works. */
export function calendarRoutes(state: FakeState): Hono {
  return new Hono()
    .use('/v1/*', async (context, next) => {
      state.requests.push(context.req.path)
      if (state.isDown) return context.json({ error: 'down' }, 503)
      const isKnown = context.req.header('Authorization') === `Bearer access-${state.tokenNumber}`
      return state.isWithdrawn || !isKnown ? context.body(null, 401) : next()
    })
    .get('/v1/account', (context) => context.json({ account: { account_id: 'acc_1', ...DANA, default_tzid: ZONE } }))
    .get('/v1/userinfo', (context) => context.json(userInfoOf(state)))
    .get('/v1/calendars', (context) => context.json({ calendars: calendarsOf(state) }))
    .get('/v1/events', (context) => {
      const query = new URL(context.req.url).searchParams
      const missing = [{ key: 'errors.required', description: 'tzid must be specified' }]
      if (!query.get('tzid')) return context.json({ errors: { tzid: missing } }, 422)
      return pageOf(context, state, query.toString(), 0)
    })
    .get('/v1/events/pages/:token', (context) => {
      const token = Buffer.from(context.req.param('token'), 'base64url').toString()
      const [offset = '', query = ''] = token.split('|')
      return pageOf(context, state, query, Number(offset))
    })
}

const ZONE = 'Europe/Copenhagen'
const DANA = { email: 'dana@contoso.example', name: 'Dana Lee' }
const PROFILE = { provider_name: 'exchange', profile_id: 'pro_1', profile_name: DANA.email }

const userInfoOf = (state: FakeState) => ({
  sub: 'acc_1',
  ...DANA,
  zoneinfo: ZONE,
  'cronofy.type': 'account',
  'cronofy.data': {
    authorization: { scope: 'read_events', status: 'active' },
    profiles: [
      {
        ...PROFILE,
        profile_connected: state.profile.connected,
        profile_initial_sync_required: state.profile.sync['state'] === 'first_pull',
        profile_calendars: calendarsOf(state),
        profile_sync: { events: state.events.size, calendars: state.calendars.length, ...state.profile.sync },
      },
    ],
    conferencing_profiles: [],
  },
})

const calendarsOf = (state: FakeState) =>
  state.calendars.map(({ id, name, deleted, readOnly }, index) => ({
    ...PROFILE,
    calendar_id: id,
    calendar_name: name,
    calendar_readonly: readOnly ?? false,
    calendar_integrated_conferencing_available: true,
    calendar_deleted: deleted ?? false,
    calendar_primary: index === 0,
  }))

function pageOf(context: Context, state: FakeState, query: string, offset: number): Response {
  const all = matching(state, new URLSearchParams(query))
  const next = offset + state.pageSize
  const token = Buffer.from(`${next}|${query}`).toString('base64url')
  const pages = { current: offset / state.pageSize + 1, total: Math.max(1, Math.ceil(all.length / state.pageSize)) }
  const more = next < all.length ? { next_page: `${state.url}/v1/events/pages/${token}` } : {}
  const events = all.slice(offset, next).map(onTheWire)
  return context.json({ pages: { ...pages, ...more }, events })
}

/** An event that is not created in the mailbox yet has a key of the fake's and no id. */
function onTheWire({ modifiedAt, event_uid, ...event }: StoredEvent) {
  return event_uid.startsWith('~') ? event : { event_uid, ...event }
}

function matching(state: FakeState, query: URLSearchParams): StoredEvent[] {
  const since = Date.parse(query.get('last_modified') ?? '1970-01-01T00:00:00Z')
  return [...state.events.values()].filter(
    (event) =>
      event.modifiedAt >= since &&
      (query.get('include_deleted') === 'true' || event['deleted'] !== true) &&
      timeOf(event.start) < (query.get('to') ?? '9999') &&
      timeOf(event.end) >= (query.get('from') ?? '0000'),
  )
}

const timeOf = (time: WireEvent['start']): string => (typeof time === 'string' ? time : time.time)
