import type { Person } from '../../infra/local/microsoft365/world.ts'
import { calendarIdOf } from '../../shared/api/read/wire-event.ts'
import type { ApiResponse } from '../../shared/api/response.ts'
import { seconds, toIsoSeconds } from '../../shared/core/time.ts'
import type { Service } from '../../shared/service.ts'
import { askingFor, back, FLOWAGENT, form, redemption, refreshing, request } from '../support/oauth.ts'
import type { Cluster } from './cluster.ts'
import type { CalendarSpan } from './inspector.ts'
import type { Owner, Scheduler } from './scheduler.ts'

export interface ReadEvent {
  readonly event_uid: string
  readonly summary: string
  readonly start: string
  readonly end: string
}

/** The integrator as one person uses it: connecting in the browser, then reading over the API. */
export interface Client {
  /** Connects, also when connected already; tries until it works. */
  connect(): Promise<void>
  /** What the API says takes place in a calendar. */
  read(span: CalendarSpan): Promise<readonly ReadEvent[]>
  /** What the API says has changed since the beginning of time, deletions left out. */
  readChanges(): Promise<readonly ReadEvent[]>
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly cluster: Cluster
  readonly owner: Owner
  readonly person: Person
}

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

export function createClient({ scheduler, cluster, owner, person }: Dependencies): Client {
  const clock = scheduler.clock(owner)
  let tokens: Tokens | undefined

  const ask = (label: string, use: (service: Service) => Promise<ApiResponse>) => cluster.ask(owner, label, use)

  async function signIn(): Promise<Tokens> {
    await cluster.ask(owner, 'registers', ({ oauth }) => oauth.integrators.register(FLOWAGENT))
    const page = await ask('opens consent', ({ oauth }) => oauth.authorize(askingFor()))
    const cookie = page.headers['set-cookie']?.split(';')[0] ?? ''
    const inputs = [...page.body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ])
    const agreed = form('/oauth/authorize', { ...Object.fromEntries(inputs), decision: 'continue' }, { cookie })
    const away = locationOf(await ask('agrees', ({ oauth }) => oauth.authorize(agreed)))
    const answer = back({ state: away.searchParams.get('state') ?? '', code: person.oid }, cookie)
    const returned = locationOf(await ask('comes back', ({ oauth }) => oauth.callback(answer)))
    const code = returned.searchParams.get('code') ?? ''
    return parse<Tokens>(await ask('redeems', ({ oauth }) => oauth.token(form('/oauth/token', redemption(code)))))
  }

  async function get(
    address: string,
    use: (service: Service) => Service['read']['events'],
    token = '',
  ): Promise<ApiResponse> {
    const headers = { authorization: `Bearer ${tokens?.access_token}` }
    return ask('reads', (service) => use(service)({ ...request(address, { headers }), params: { token } }))
  }

  async function readAll(query: string): Promise<readonly ReadEvent[]> {
    const renewed = refreshing(tokens?.refresh_token ?? '')
    tokens = parse<Tokens>(await ask('refreshes', ({ oauth }) => oauth.token(form('/oauth/token', renewed))))
    let page = parse<Page>(await get(`/v1/events?tzid=Etc%2FUTC&${query}`, ({ read }) => read.events))
    const events = [...page.events]
    while (page.pages.next_page !== undefined) {
      const token = page.pages.next_page.split('/').at(-1)
      page = parse<Page>(await get(page.pages.next_page, ({ read }) => read.eventsPage, token))
      events.push(...page.events)
    }
    return events
  }

  return {
    async connect() {
      for (;;) {
        try {
          tokens = await signIn()
          return
        } catch (error) {
          scheduler.note(`  ${owner.name} could not connect: ${error}`)
          await clock.sleep(seconds(5))
        }
      }
    },
    read: ({ key, from, to }) =>
      readAll(`from=${toIsoSeconds(from)}&to=${toIsoSeconds(to)}&calendar_ids[]=${calendarIdOf(key)}`),
    readChanges: () => readAll('last_modified=1970-01-01T00:00:00Z'),
  }
}

interface Page {
  readonly pages: { readonly next_page?: string }
  readonly events: readonly ReadEvent[]
}

function locationOf({ status, headers }: ApiResponse): URL {
  if (headers['location'] === undefined) throw new Error(`status ${status} instead of a way on`)
  return new URL(headers['location'])
}

function parse<T>({ status, body }: ApiResponse): T {
  if (status !== 200) throw new Error(`status ${status}: ${body.slice(0, 200)}`)
  return JSON.parse(body)
}
