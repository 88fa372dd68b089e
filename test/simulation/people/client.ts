import type { Person } from '../../../infra/local/microsoft365/world.ts'
import type { ChangeApi } from '../../../shared/api/change/change-api.ts'
import { calendarIdOf } from '../../../shared/api/change/ids.ts'
import type { ApiResponse } from '../../../shared/api/response.ts'
import { isFailure } from '../../../shared/core/errors.ts'
import { type DurationMs, type EpochMs, later, minutes, seconds, toIsoSeconds } from '../../../shared/core/time.ts'
import type { Registration } from '../../../shared/integrators/integrator.ts'
import type { Service } from '../../../shared/service.ts'
import { form, refreshing, request } from '../../support/oauth.ts'
import type { CalendarSpan } from '../judging/inspector.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Cluster } from '../service/cluster.ts'
import { isEventful } from '../swarm/episodes.ts'
import type { Swarm } from '../swarm/swarm.ts'
import { contentOf } from './answer.ts'
import { createSignIn, type Tokens } from './sign-in.ts'

export interface ReadEvent {
  readonly event_uid: string
  readonly summary: string
  readonly start: string
  readonly end: string
  readonly calendar_id: string
  readonly description: string
  readonly location?: { readonly description: string }
  readonly attendees: readonly { readonly email: string }[]
  readonly extended_transparency: string
  readonly categories: readonly string[]
  readonly event_id?: string
  readonly series_event_id?: string
  readonly series_identifier?: string
  readonly version?: string
  readonly recurring: boolean
  readonly deleted?: boolean
  readonly pending?: object
  readonly options?: { readonly update: boolean; readonly change_participation_status: boolean }
}

/** A request for a change. */
export interface Asking {
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly body: object
}

/** An integrator as one person uses it: connecting in the browser, then reading and asking over the API. */
export interface Client {
  /** The last time the person ended all access: what the first `connections` gave is good for nothing a minute after. */
  ended: { readonly connections: number; readonly at: EpochMs } | undefined
  /** Keeps the tokens there are. @returns what they are still good for, asked of whichever instance. */
  keepTokens(): () => Promise<readonly string[]>
  /** The account it was given last; undefined before it has connected. */
  readonly account: string | undefined
  /** How often it has connected. */
  readonly connections: number
  /** Asks to be told of changes at an address. One try. */
  openChannel(url: string): Promise<void>
  /** What a notification says to read, deletions with it. One try. */
  changesSince(since: string): Promise<readonly ReadEvent[]>
  /** The newest refresh token; empty before there is one. */
  refreshToken(): string
  /** Connects, also when connected already; tries until it works. */
  connect(): Promise<void>
  /** Connects once more if the person has consented since a backup, which does not know it. */
  connectAfter(backup: EpochMs): Promise<void>
  /** Whether the person connects no more. */
  readonly isRetired: boolean
  /** The person is about to leave for good: whoever is signing in is waited for, and nobody does so after that. */
  retire(): Promise<void>
  /** What the API says takes place in a calendar. */
  read(span: CalendarSpan): Promise<readonly ReadEvent[]>
  /** What the API says has changed since the beginning of time, deletions left out. */
  readChanges(query?: string): Promise<readonly ReadEvent[]>
  /** What the API says takes place, the integrator's own events too. One try. @param span as parameters. */
  look(span?: string): Promise<readonly ReadEvent[]>
  /** The ids of the calendars. One try. */
  calendars(): Promise<readonly string[]>
  /** Asks for a change. One try. @returns the number of the action; undefined when there was nothing to do. */
  ask(asking: Asking): Promise<number | undefined>
  /** Whether there is something for the integrator at a further page of events, or at the address of an action. */
  reaches(place: { readonly page: string } | { readonly action: string }): Promise<boolean>
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly swarm: Swarm
  readonly cluster: Cluster
  readonly owner: Owner
  readonly person: Person
  readonly integrator: Registration
}

export function createClient({ scheduler, swarm, cluster, owner, person, integrator }: Dependencies): Client {
  const clock = scheduler.clock(owner)
  let tokens: Tokens | undefined
  let connectedAt: EpochMs | undefined
  let connections = 0
  let signingIn: Promise<Tokens> | undefined
  let isRetired = false

  const ask = (label: string, use: (service: Service) => Promise<ApiResponse>) => cluster.ask(owner, label, use)
  const signIn = createSignIn({ cluster, owner, person, integrator })

  /** K7: what a person has ended serves nobody a minute later, whichever instance is asked. */
  function checkServed(sentAt: EpochMs, tokensOf: number, status: number): void {
    const { ended } = client
    if (ended === undefined || tokensOf > ended.connections || status >= 300) return
    if (sentAt >= later(ended.at, ENDS_WITHIN))
      scheduler.violate(`K7: ${owner.name} is served after the end: ${status}`)
  }

  async function get(
    address: string,
    use: (service: Service) => Service['read']['events'],
    token = '',
  ): Promise<ApiResponse> {
    const headers = { authorization: `Bearer ${tokens?.access_token}` }
    const [sentAt, tokensOf] = [scheduler.now(), connections]
    const answer = await ask('reads', (service) =>
      use(service)({ ...request(address, { headers }), params: { token } }),
    )
    checkServed(sentAt, tokensOf, answer.status)
    return answer
  }

  async function renew(): Promise<void> {
    const renewed = refreshing(tokens?.refresh_token ?? '', integrator)
    tokens = contentOf<Tokens>(await ask('refreshes', ({ oauth }) => oauth.token(form('/oauth/token', renewed))))
  }

  async function readAll(query: string): Promise<readonly ReadEvent[]> {
    let page = contentOf<Page>(await get(`/v1/events?tzid=Etc%2FUTC&${query}`, ({ read }) => read.events))
    const events = [...page.events]
    while (page.pages.next_page !== undefined) {
      const token = page.pages.next_page.split('/').at(-1)
      page = contentOf<Page>(await get(page.pages.next_page, ({ read }) => read.eventsPage, token))
      events.push(...page.events)
    }
    return events
  }

  async function connect(): Promise<void> {
    for (let wait: DurationMs = seconds(5); !isRetired; wait = longer(swarm, wait)) {
      try {
        signingIn = signIn()
        tokens = await signingIn
        connectedAt = scheduler.now()
        connections += 1
        return
      } catch (error) {
        scheduler.note(`  ${owner.name} could not connect: ${error}`)
        await clock.sleep(wait)
      }
    }
  }

  /** An access token lasts an hour, and is not known after a restore; whoever cannot renew it signs in once more. */
  async function signedIn<T>(use: () => Promise<T>): Promise<T> {
    if (tokens === undefined) await connect()
    try {
      return await use()
    } catch (error) {
      if (isFailure(error, 'UNAUTHENTICATED')) await renew().catch(connect)
      throw error
    }
  }

  async function send({ method, path, body }: Asking): Promise<number | undefined> {
    const headers = { authorization: `Bearer ${tokens?.access_token}`, 'content-type': 'application/json' }
    const [, calendar_id, event_uid] = /^\/v1\/calendars\/([^/]+)\/events(?:\/([^/]+))?/.exec(path) ?? []
    const params = { ...(calendar_id && { calendar_id }), ...(event_uid && { event_uid }) }
    const asked = { ...request(path, { method, headers, body: JSON.stringify(body) }), params }
    const [sentAt, tokensOf] = [scheduler.now(), connections]
    const { status, headers: answered } = await cluster.askPatiently(owner, `asks ${method}`, ({ change }) =>
      endpointOf(change, method, params)(asked),
    )
    checkServed(sentAt, tokensOf, status)
    const [, number] = /act_([0-9a-z]+)_/.exec(answered['location'] ?? '') ?? []
    return number === undefined ? undefined : Number.parseInt(number, 36)
  }

  const client: Client = {
    ended: undefined,
    keepTokens() {
      const kept = tokens
      const headers = { authorization: `Bearer ${kept?.access_token}` }
      const reading = request('/v1/events?tzid=Etc%2FUTC', { headers })
      const renewal = form('/oauth/token', refreshing(kept?.refresh_token ?? '', integrator))
      const uses: Readonly<Record<string, (service: Service) => Promise<ApiResponse>>> = {
        reading: ({ read }) => read.events(reading),
        account: ({ read }) => read.account(reading),
        channels: ({ channels }) => channels.list(reading),
        renewal: ({ oauth }) => oauth.token(renewal),
      }
      return async () => {
        const good: string[] = []
        for (const [name, use] of kept === undefined ? [] : Object.entries(uses)) {
          const answer = await ask(`still ${name}`, use).catch(() => undefined)
          if (answer?.status === 200) good.push(name)
        }
        return good
      }
    },
    get account() {
      return tokens?.sub
    },
    get connections() {
      return connections
    },
    get isRetired() {
      return isRetired
    },
    async retire() {
      isRetired = true
      await signingIn?.catch(() => undefined)
    },
    openChannel: (url) =>
      signedIn(async () => {
        const headers = { authorization: `Bearer ${tokens?.access_token}`, 'content-type': 'application/json' }
        const asked = request('/v1/channels', { method: 'POST', headers, body: JSON.stringify({ callback_url: url }) })
        contentOf<object>(await ask('opens a channel', ({ channels }) => channels.create(asked)))
      }),
    changesSince: (since) =>
      signedIn(() => readAll(`last_modified=${since}&include_deleted=true&include_managed=true&include_moved=true`)),
    refreshToken: () => tokens?.refresh_token ?? '',
    connect,
    async connectAfter(backup) {
      if (connectedAt !== undefined && connectedAt >= backup) await connect()
    },
    async read({ key, from, to }) {
      await renew()
      const span = `from=${toIsoSeconds(from)}&to=${toIsoSeconds(to)}`
      return readAll(`include_managed=true&${span}&calendar_ids[]=${calendarIdOf(key)}`)
    },
    async readChanges(query = '') {
      await renew()
      return readAll(`last_modified=1970-01-01T00:00:00Z${query}`)
    },
    look: (span = '') => signedIn(() => readAll(`include_managed=true${span}`)),
    calendars: () =>
      signedIn(async () => {
        const { calendars } = contentOf<{ calendars: { calendar_id: string }[] }>(
          await get('/v1/calendars', ({ read }) => read.calendars),
        )
        return calendars.map(({ calendar_id }) => calendar_id)
      }),
    ask: (asking) => signedIn(() => send(asking)),
    async reaches(place) {
      await renew()
      const headers = { authorization: `Bearer ${tokens?.access_token}` }
      const params = 'page' in place ? { token: place.page } : { id: place.action }
      const endpoint = ({ read, change }: Service) => ('page' in place ? read.eventsPage : change.action)
      try {
        await ask('looks for', (service) => endpoint(service)({ ...request('/v1', { headers }), params }))
        return true
      } catch (error) {
        if (isFailure(error, 'NOT_FOUND', 'SCOPE_MISSING')) return false
        throw error
      }
    },
  }
  return client
}

/** How long it may take until every instance knows that an access has ended. */
const ENDS_WITHIN = minutes(1)

/** Whoever is refused tries again; in worlds in which that may take hours, after longer and longer pauses. */
export const longer = (swarm: Swarm, wait: DurationMs): DurationMs =>
  isEventful(swarm) ? (Math.min(wait * 2, minutes(5)) as DurationMs) : wait

function endpointOf(change: ChangeApi, method: string, params: { calendar_id?: string; event_uid?: string }) {
  if (params.event_uid !== undefined) return change.respond
  if (method === 'POST') return change.upsert
  return params.calendar_id === undefined ? change.deleteMany : change.delete
}

interface Page {
  readonly pages: { readonly next_page?: string }
  readonly events: readonly ReadEvent[]
}
