import type { Item } from '../../infra/local/microsoft365/mailbox/event.ts'
import type { Calendar, Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import type { Client, Connection, Sent } from './authorization.ts'
import { type ServiceFixture, startService } from './service.ts'

/** An event as the API tells it, as far as these tests look. */
export interface Told {
  readonly event_id?: string
  readonly series_event_id?: string
  readonly event_uid?: string
  readonly calendar_id: string
  readonly summary: string
  readonly description: string
  readonly start: string
  readonly end: string
  readonly deleted: boolean
  readonly version?: string
  readonly recurring: boolean
  readonly location?: { readonly description: string }
  readonly recurrence?: unknown
  readonly meeting_url?: string
  readonly participation_status?: string
  readonly attendees: readonly { readonly email: string; readonly status: string }[]
  readonly pending?: { readonly action_id: string }
}

export interface ActionStatus {
  readonly state: string
  readonly reason?: string
  readonly overruled: readonly { readonly field: string; readonly value?: string }[]
}

/** A connected person with an empty mailbox, and what an integrator does with it. */
export interface Writing {
  readonly fixture: ServiceFixture
  readonly person: Person
  readonly mailbox: Mailbox
  /** What the mailbox' default calendar holds. */
  held(): readonly Item[]
  find(subject: string): Item | undefined
  upsert(body: object, calendar?: Calendar): Promise<Sent>
  remove(body: object): Promise<Sent>
  send: Connection['send']
  call: Connection['call']
  get: Connection['get']
  read(query?: string): Promise<readonly Told[]>
  outcome(sent: Sent): Promise<ActionStatus>
  /** Handles what waits, then lets notifications arrive and handles those. */
  sync(): Promise<void>
  /** Requests to Graph since the last look that would change something. */
  writes(): readonly string[]
  /** An hour tomorrow, to be asked for as `fa-1`. */
  meeting(more?: object): object
  /** A moment so many days from now: `2026-11-22T09:00:00Z`. */
  at(days: number, time: string): string
  /** The path of a calendar's events. */
  path(calendar?: Calendar): Promise<string>
  as(client: Client): Promise<Writing>
}

export async function startWriting(
  service: Promise<ServiceFixture> = startService(),
  displayName = 'Anna Holm',
): Promise<Writing> {
  const fixture = await service
  const [organisation] = fixture.world.organisations.values()
  const person = fixture.world.addPerson({ tid: organisation?.tid ?? '', displayName })
  const writing = writingWith(fixture, person, await fixture.connect(person))
  await fixture.settle()
  return writing
}

function writingWith(fixture: ServiceFixture, person: Person, client: Connection): Writing {
  const mailbox = fixture.world.mailboxOf(person.oid)
  /** As a client does whose access token has expired. */
  const get = async (where: string) => {
    const answer = await client.get(where)
    if (answer.status !== 401) return answer
    await client.refresh()
    return client.get(where)
  }
  const held = () => [...mailbox.calendar().store.items.values()]

  const at = (days: number, time: string) =>
    `${new Date(fixture.clock.now() + days * 86_400_000).toISOString().slice(0, 10)}T${time}:00Z`

  async function path(calendar: Calendar = mailbox.calendar()): Promise<string> {
    const { body } = await get('/v1/calendars')
    const listed = body['calendars'] as { calendar_id: string; calendar_name: string }[]
    return `/v1/calendars/${listed.find(({ calendar_name }) => calendar_name === calendar.name)?.calendar_id}/events`
  }

  return {
    fixture,
    person,
    mailbox,
    held,
    path,
    send: client.send,
    call: client.call,
    get,
    find: (subject) => held().find(({ fields }) => fields['subject'] === subject),
    upsert: async (body, calendar) => client.send('POST', await path(calendar), body),
    remove: async (body) => client.send('DELETE', await path(), body),
    async read(query = 'include_managed=true') {
      const { body } = await get(`/v1/events?tzid=Etc/UTC&${query}`)
      return body['events'] as Told[]
    },
    outcome: async ({ action }) => (await client.get(action)).body['action'] as ActionStatus,
    async sync() {
      await fixture.settle()
      await fixture.deliver()
    },
    writes() {
      const list = fixture.graph.requests.list().filter(({ method }) => method !== 'GET')
      fixture.graph.requests.clear()
      return list.map(({ method, path: where }) => `${method} ${where}`)
    },
    meeting: (more = {}) => ({
      ...{ event_id: 'fa-1', summary: 'Board meeting', start: at(1, '09:00'), end: at(1, '10:00') },
      ...more,
    }),
    at,
    as: async (other) => writingWith(fixture, person, await fixture.connect(person, other)),
  }
}
