import type * as z from 'zod'
import { type Clock, type EpochMs, later, parseInstant, seconds, toIsoSeconds } from '../../../shared/core/time.ts'
import { ApiError, type Connection } from './connection.ts'
import { ask, bodyOf } from './http.ts'
import type { CalendarChoice } from './messages.ts'
import type { OAuth } from './oauth.ts'
import { AccountAnswer, CalendarsAnswer, type Event, EventsAnswer, type Profile, UserInfoAnswer } from './wire.ts'

/** Dates are `YYYY-MM-DD` in the zone `tzid`; `to` is the day after the last one. */
export interface Range {
  from: string
  to: string
  tzid: string
}

/**
 * The integrator API with one person's permission. Every method throws `ApiError`; access tokens are refreshed on the
 * way, and `ended` means that this no longer works.
 */
export interface Api {
  account(tokensOf: Pick<Connection, 'tokens'>): Promise<z.infer<typeof AccountAnswer>['account']>
  /** The person's first mailbox; undefined when the account has none. `at` is the API's own time. */
  profile(connection: Connection): Promise<{ profile: Profile | undefined; at: EpochMs }>
  calendars(connection: Connection): Promise<CalendarChoice[]>
  events(connection: Connection, range: Range): Promise<Event[]>
  /** What changed at or after `since`, deletions included. `more` when it does not fit one page. */
  changes(connection: Connection, since: EpochMs): Promise<{ events: Event[]; more: boolean; at: EpochMs }>
}

const EXPIRES_SOON = seconds(30)
const MOST_PAGES = 200

export function createApi({ apiUrl, oauth, clock }: { apiUrl: string; oauth: OAuth; clock: Clock }): Api {
  const refreshing = new WeakMap<object, Promise<void>>()

  function refresh(connection: Pick<Connection, 'tokens'>): Promise<void> {
    const running = refreshing.get(connection)
    if (running !== undefined) return running
    const started = oauth
      .refresh(connection.tokens)
      .then((tokens) => {
        connection.tokens = tokens
      })
      .finally(() => refreshing.delete(connection))
    refreshing.set(connection, started)
    return started
  }

  async function get(connection: Pick<Connection, 'tokens'>, url: URL): Promise<Response> {
    if (connection.tokens.expiresAt < later(clock.now(), EXPIRES_SOON)) await refresh(connection)
    const used = connection.tokens.access
    const response = await ask(url, { headers: bearer(used) })
    if (response.status !== 401) return response
    if (used === connection.tokens.access) await refresh(connection)
    const second = await ask(url, { headers: bearer(connection.tokens.access) })
    if (second.status === 401) throw new ApiError('ended', { status: 401 })
    return second
  }

  async function read<T>(connection: Pick<Connection, 'tokens'>, path: string, schema: z.ZodType<T>) {
    const response = await get(connection, new URL(path, apiUrl))
    const at = parseInstant(response.headers.get('Date') ?? '') ?? clock.now()
    return { body: await bodyOf(response, schema), at }
  }

  return {
    account: async (connection) => (await read(connection, '/v1/account', AccountAnswer)).body.account,
    async profile(connection) {
      const { body, at } = await read(connection, '/v1/userinfo', UserInfoAnswer)
      return { profile: body['cronofy.data'].profiles[0], at }
    },
    calendars: async (connection) => choicesOf((await read(connection, '/v1/calendars', CalendarsAnswer)).body),
    async events(connection, range) {
      const events: Event[] = []
      let path: string | undefined = `/v1/events?${new URLSearchParams({ ...range, ...ALL })}`
      for (let page = 0; path !== undefined && page < MOST_PAGES; page++) {
        const { body } = await read(connection, path, EventsAnswer)
        events.push(...body.events)
        path = pathOf(body.pages.next_page)
      }
      return events
    },
    async changes(connection, since) {
      const filter = { last_modified: toIsoSeconds(since), include_deleted: 'true', include_moved: 'true' }
      const query = new URLSearchParams({ tzid: connection.timeZone, ...filter, ...ALL })
      const { body, at } = await read(connection, `/v1/events?${query}`, EventsAnswer)
      return { events: body.events, more: pathOf(body.pages.next_page) !== undefined, at }
    },
  }
}

/** Events made in FlowAgent count as well, and every event comes with the zone it was planned in. */
const ALL = { include_managed: 'true', localized_times: 'true' }

const bearer = (token: string) => ({ Authorization: `Bearer ${token}`, Accept: 'application/json' })

/** Only the path of a next page is followed, so that a token never goes to another host than the API's. */
function pathOf(nextPage: string | null | undefined): string | undefined {
  if (!nextPage) return undefined
  const url = new URL(nextPage)
  return url.pathname + url.search
}

const choicesOf = ({ calendars }: z.infer<typeof CalendarsAnswer>): CalendarChoice[] =>
  calendars
    .filter((calendar) => !calendar.calendar_deleted)
    .map((calendar) => ({
      id: calendar.calendar_id,
      name: calendar.calendar_name,
      isPrimary: calendar.calendar_primary,
    }))
    .sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary))
