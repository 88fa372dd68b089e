import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type Context, Hono } from 'hono'

/** An event of the API's wire format; what is left out is filled in. */
export interface WireEvent {
  event_uid: string
  calendar_id?: string
  summary?: string
  start: string | { time: string; tzid: string }
  end: string | { time: string; tzid: string }
  [more: string]: unknown
}

/** A small integrator API that speaks the wire format and refuses what the real one refuses. */
export interface FakeApi {
  url: string
  /** What the person answers on the next sign-in. */
  decision: 'approve' | 'access_denied' | 'server_error'
  /** How the only mailbox is. */
  profile: { connected: boolean; sync: Record<string, unknown> }
  calendars: { id: string; name: string; deleted?: boolean }[]
  /** How many events one page of an answer holds. */
  pageSize: number
  /** Answers 503 to everything but the sign-in. */
  isDown: boolean
  /** Every access token given so far stops working; refreshing still does. */
  expireAccessTokens(): void
  /** The person withdrew the permission: neither access nor refresh tokens work. */
  withdraw(): void
  put(...events: WireEvent[]): void
  remove(uid: string): void
  readonly requests: string[]
  readonly revoked: string[]
  close(): Promise<void>
}

const CLIENT = { client_id: 'flowagent', client_secret: 'not-a-secret' }

type Stored = Record<string, unknown> & { event_uid: string; modifiedAt: number }

export async function startFakeApi(redirectUri: () => string): Promise<FakeApi> {
  const codes = new Map<string, string>() // code -> challenge
  const events = new Map<string, Stored>()
  let generation = 1
  let isWithdrawn = false

  const app = new Hono()
  app.use('/v1/*', async (context, next) => {
    api.requests.push(context.req.path)
    if (api.isDown) return context.json({ error: 'down' }, 503)
    if (isWithdrawn || context.req.header('Authorization') !== `Bearer access-${generation}`)
      return context.body(null, 401)
    return next()
  })

  app.get('/oauth/authorize', (context) => {
    const query = context.req.query()
    const isRight =
      query['client_id'] === CLIENT.client_id &&
      query['redirect_uri'] === redirectUri() &&
      query['response_type'] === 'code' &&
      query['code_challenge_method'] === 'S256'
    if (!isRight || !query['state'] || !query['code_challenge']) return context.text('bad request', 400)
    const back = new URL(redirectUri())
    back.searchParams.set('state', query['state'])
    if (api.decision === 'approve') {
      const code = `code-${codes.size + 1}`
      codes.set(code, query['code_challenge'])
      back.searchParams.set('code', code)
    } else back.searchParams.set('error', api.decision)
    return context.redirect(back.href)
  })

  app.post('/oauth/token', async (context) => {
    const body = await context.req.json<Record<string, string>>()
    if (!isClient(body)) return context.json({ error: 'invalid_client' }, 400)
    if (!(body['grant_type'] === 'refresh_token' ? mayRefresh(body) : mayRedeem(body))) {
      return context.json({ error: 'invalid_grant' }, 400)
    }
    context.header('Cache-Control', 'no-store')
    return context.json({
      token_type: 'bearer',
      access_token: `access-${generation}`,
      refresh_token: 'refresh-1',
      expires_in: 3600,
      scope: 'read_events',
      sub: 'acc_1',
    })
  })

  const mayRefresh = (body: Record<string, string>) => !isWithdrawn && body['refresh_token'] === 'refresh-1'

  function mayRedeem(body: Record<string, string>): boolean {
    const challenge = codes.get(body['code'] ?? '')
    codes.delete(body['code'] ?? '')
    isWithdrawn = false
    const proof = createHash('sha256')
      .update(body['code_verifier'] ?? '')
      .digest('base64url')
    return body['redirect_uri'] === redirectUri() && challenge === proof
  }

  app.post('/oauth/token/revoke', async (context) => {
    if (api.isDown) return context.json({ error: 'down' }, 503)
    const body = await context.req.json<Record<string, string>>()
    if (!isClient(body)) return context.json({ error: 'invalid_client' }, 400)
    api.revoked.push(body['token'] ?? '')
    isWithdrawn = true
    return context.body(null, 200)
  })

  app.get('/v1/account', (context) =>
    context.json({
      account: {
        account_id: 'acc_1',
        email: 'dana@contoso.example',
        name: 'Dana Lee',
        scope: 'read_events',
        default_tzid: 'Europe/Copenhagen',
      },
    }),
  )

  const wireCalendars = () =>
    api.calendars.map(({ id, name, deleted }, index) => ({
      provider_name: 'exchange',
      profile_id: 'pro_1',
      profile_name: 'dana@contoso.example',
      calendar_id: id,
      calendar_name: name,
      calendar_readonly: false,
      calendar_deleted: deleted ?? false,
      calendar_primary: index === 0,
    }))

  app.get('/v1/userinfo', (context) =>
    context.json({
      sub: 'acc_1',
      email: 'dana@contoso.example',
      name: 'Dana Lee',
      zoneinfo: 'Europe/Copenhagen',
      'cronofy.type': 'account',
      'cronofy.data': {
        authorization: { scope: 'read_events', status: 'active' },
        profiles: [
          {
            provider_name: 'exchange',
            provider_service: 'office365',
            profile_id: 'pro_1',
            profile_name: 'dana@contoso.example',
            profile_connected: api.profile.connected,
            profile_initial_sync_required: api.profile.sync['state'] === 'first_pull',
            profile_calendars: wireCalendars(),
            profile_sync: { events: events.size, calendars: api.calendars.length, ...api.profile.sync },
          },
        ],
        conferencing_profiles: [],
      },
    }),
  )

  app.get('/v1/calendars', (context) => context.json({ calendars: wireCalendars() }))
  app.get('/v1/events', (context) => listEvents(context, 0))
  app.get('/v1/events/pages/:token', (context) => {
    const [offset = '', query = ''] = Buffer.from(context.req.param('token'), 'base64url').toString().split('|')
    return pageOf(context, matching(new URLSearchParams(query)), Number(offset), query)
  })

  function listEvents(context: Context, offset: number): Response {
    const query = new URL(context.req.url).searchParams
    const tzid = query.get('tzid')
    if (!tzid) {
      const missing = [{ key: 'errors.required', description: 'tzid must be specified' }]
      return context.json({ errors: { tzid: missing } }, 422)
    }
    return pageOf(context, matching(query), offset, query.toString())
  }

  function matching(query: URLSearchParams): Stored[] {
    const from = query.get('from') ?? '0000'
    const to = query.get('to') ?? '9999'
    const since = Date.parse(query.get('last_modified') ?? '1970-01-01T00:00:00Z')
    return [...events.values()].filter(
      (event) =>
        event.modifiedAt >= since &&
        (query.get('include_deleted') === 'true' || event['deleted'] !== true) &&
        timeText(event['start']) < to &&
        timeText(event['end']) >= from,
    )
  }

  function pageOf(context: Context, all: Stored[], offset: number, query: string): Response {
    const next = offset + api.pageSize
    const token = Buffer.from(`${next}|${query}`).toString('base64url')
    return context.json({
      pages: {
        current: offset / api.pageSize + 1,
        total: Math.max(1, Math.ceil(all.length / api.pageSize)),
        ...(next < all.length ? { next_page: `${api.url}/v1/events/pages/${token}` } : {}),
      },
      events: all.slice(offset, next).map(({ modifiedAt, ...event }) => event),
    })
  }

  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const api: FakeApi = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    decision: 'approve',
    profile: { connected: true, sync: { state: 'current', calendars_done: 1 } },
    calendars: [{ id: 'cal_1_a', name: 'Calendar' }],
    pageSize: 100,
    isDown: false,
    requests: [],
    revoked: [],
    expireAccessTokens: () => {
      generation++
    },
    withdraw: () => {
      isWithdrawn = true
    },
    put: (...changed) => {
      for (const event of changed) events.set(event.event_uid, { ...DEFAULTS, ...event, modifiedAt: Date.now() })
    },
    remove: (uid) => {
      const known = events.get(uid)
      if (known) events.set(uid, { ...known, deleted: true, modifiedAt: Date.now() })
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
  return api
}

const isClient = (body: Record<string, string>): boolean =>
  body['client_id'] === CLIENT.client_id && body['client_secret'] === CLIENT.client_secret

const timeText = (time: unknown): string => (typeof time === 'string' ? time : String((time as { time: string }).time))

const DEFAULTS = {
  calendar_id: 'cal_1_a',
  summary: '',
  description: '',
  deleted: false,
  created: '2026-09-01T08:00:01Z',
  updated: '2026-09-01T09:24:16Z',
  participation_status: 'accepted',
  attendees: [],
  transparency: 'opaque',
  status: 'confirmed',
  categories: [],
  recurring: false,
  event_private: false,
  options: { delete: true, update: true, change_participation_status: true },
}
