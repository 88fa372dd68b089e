import type * as z from 'zod'
import { type Clock, type EpochMs, parseInstant, toIsoSeconds } from '../../../shared/core/time.ts'
import type { Connection } from './connection.ts'
import type { CalendarChoice } from './messages.ts'
import type { Requests } from './requests.ts'
import { AccountAnswer, CalendarsAnswer, type Event, EventsAnswer, type Profile, UserInfoAnswer } from './wire.ts'

/** Dates are `YYYY-MM-DD` in the zone `tzid`; `to` is the day after the last one. */
export interface Range {
  from: string
  to: string
  tzid: string
}

/**
 * What FlowAgent reads from the integrator API with one person's permission. Every method throws `ApiError`; `ended`
 * means that the permission is gone.
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

const MOST_PAGES = 200

export function createApi({ requests, clock }: { requests: Requests; clock: Clock }): Api {
  const { read } = requests
  const timeOf = (response: Response): EpochMs => parseInstant(response.headers.get('Date') ?? '') ?? clock.now()

  return {
    account: async (connection) => (await read(connection, '/v1/account', AccountAnswer)).body.account,
    async profile(connection) {
      const { body, response } = await read(connection, '/v1/userinfo', UserInfoAnswer)
      return { profile: body['cronofy.data'].profiles[0], at: timeOf(response) }
    },
    calendars: async (connection) => choicesOf((await read(connection, '/v1/calendars', CalendarsAnswer)).body),
    async events(connection, range) {
      const events: Event[] = []
      let path: string | undefined = `/v1/events?${new URLSearchParams({ ...range, ...ALL })}`
      for (let page = 0; path !== undefined && page < MOST_PAGES; page++) {
        const answer: { body: z.infer<typeof EventsAnswer> } = await read(connection, path, EventsAnswer)
        events.push(...answer.body.events)
        path = pathOf(answer.body.pages.next_page)
      }
      return events
    },
    async changes(connection, since) {
      const filter = { last_modified: toIsoSeconds(since), include_deleted: 'true', include_moved: 'true' }
      const query = new URLSearchParams({ tzid: connection.timeZone, ...filter, ...ALL })
      const { body, response } = await read(connection, `/v1/events?${query}`, EventsAnswer)
      return { events: body.events, more: pathOf(body.pages.next_page) !== undefined, at: timeOf(response) }
    },
  }
}

/** Events made in FlowAgent count as well, and every event comes with the zone it was planned in. */
const ALL = { include_managed: 'true', localized_times: 'true' }

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
      isReadOnly: calendar.calendar_readonly,
      hasTeams: calendar.calendar_integrated_conferencing_available,
    }))
    .sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary))
