import { AvailabilityAnswer } from '../../shared/api/availability/request.ts'
import type { Service } from '../../shared/service.ts'
import { callApi } from './api.ts'
import type { Connection, Sent } from './authorization.ts'
import { type Reading, startReading } from './reading.ts'
import { type ServiceFixture, startService } from './service.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Record<string, unknown>
}

/** Sends JSON to an address, and reads the fields of the answer. */
export async function postJson(service: Service, path: string, authorization: string, body: object): Promise<Answer> {
  const answer = await callApi(service, { method: 'POST', path, headers: { authorization }, body })
  return { ...answer, body: (answer.body ?? {}) as Record<string, unknown> }
}

/** A Friday; Copenhagen is an hour ahead of UTC. */
export const DAY = '2026-11-20'

/** `from` and `to` are times of that day in UTC, such as `09:00`. */
export const period = (from: string, to: string) => ({ start: `${DAY}T${from}:00Z`, end: `${DAY}T${to}:00Z` })

/** A connected person, and an integrator that looks for time in which they can meet. */
export interface Asking {
  readonly fixture: ServiceFixture
  readonly anna: Reading
  readonly connection: Connection
  readonly sub: string
  /** An hour with Anna between two times. */
  between(from: string, to: string, more?: object): object
  ask(body: object, authorization?: string): Promise<Answer>
  /** `09:00-10:00`, of whichever list the answer has. */
  offered(body: object): Promise<string[]>
  /** Puts an event into Outlook and lets it arrive. */
  meet(event: object, reading?: Reading, calendarId?: string): Promise<void>
  /** Asks for a change in Anna's calendar, and for the deletion of an event in it. */
  send(event: object): Promise<Sent>
  remove(event: object): Promise<Sent>
  /** Brings what was asked for to Outlook, and what changed there to the cache. */
  sync(): Promise<void>
}

export async function startAsking(): Promise<Asking> {
  const fixture = await startService()
  const anna = await startReading(fixture)
  const connection = await anna.reader()
  const sub = await subOf(connection)
  const ask = (body: object, authorization = connection.authorization().authorization) =>
    postJson(fixture.service, '/v1/availability', authorization, body)
  async function path(): Promise<string> {
    const { body } = await connection.get('/v1/calendars')
    const [calendar] = body['calendars'] as { calendar_id: string }[]
    return `/v1/calendars/${calendar?.calendar_id}/events`
  }
  return {
    ...{ fixture, anna, connection, sub, ask },
    between: (from, to, more = {}) => ({
      participants: [{ members: [{ sub }], required: 'all' }],
      required_duration: { minutes: 60 },
      query_periods: [period(from, to)],
      ...more,
    }),
    async offered(body) {
      const { available_periods, available_slots } = AvailabilityAnswer.strict().parse((await ask(body)).body)
      const offers = available_periods ?? available_slots ?? []
      return offers.map(({ start, end }) => `${start.slice(11, 16)}-${end.slice(11, 16)}`)
    },
    async meet(event, reading = anna, calendarId) {
      reading.mailbox.create(event, calendarId === undefined ? {} : { calendarId })
      await fixture.deliver()
    },
    send: async (event) => connection.send('POST', await path(), event),
    remove: async (event) => connection.send('DELETE', await path(), event),
    async sync() {
      await fixture.settle()
      await fixture.deliver()
    },
  }
}

export const subOf = async (who: Connection): Promise<string> => String((await who.get('/v1/userinfo')).body['sub'])
