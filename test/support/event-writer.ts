import { systemRandom } from '../../shared/core/random.ts'
import { epochMs } from '../../shared/core/time.ts'
import type { CalendarEvent, EventTime } from '../../shared/events/event.ts'
import { createGraphClient } from '../../shared/microsoft/graph/client.ts'
import { createEventWriter } from '../../shared/microsoft/graph/event-writer.ts'
import type { Answer, Call, EventPatch } from '../../shared/push/writer.ts'
import { type GraphFixture, graphFixture, oneHour } from './graph-stand-in.ts'
import { KEY } from './push.ts'

/** The writer in front of the HTTP face of the Graph stand-in. */
export interface WriterFixture extends GraphFixture {
  run(...calls: Call[]): Promise<readonly Answer[]>
  one(call: Call): Promise<Answer>
  holdsMarked(): Promise<boolean>
  /** What the person's own calendar is answered to show, for an event that begins on this day. */
  listed(providerId: string, day: string): Promise<Answer>
  readonly sent: readonly Request[]
  /** What was sent as JSON, counted from the first request or, below zero, from the last. */
  bodySent(index: number): Promise<unknown>
  /** The connection breaks once Graph has done what the next request asks for. */
  loseNextAnswer(): void
}

export function writerFixture(token = 'valid'): WriterFixture {
  const fixture = graphFixture()
  const sent: Request[] = []
  let losing = false
  const fetch = async (url: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(url, init)
    sent.push(request.clone())
    const answer = await fixture.graph.fetch(request)
    const lost = losing
    losing = false
    if (lost) throw new TypeError('fetch failed')
    return answer
  }
  const send = createGraphClient({ graphUrl: 'http://graph.test', fetch, random: systemRandom }, token)
  const { run, holdsMarked } = createEventWriter({ send })
  return {
    ...fixture,
    sent,
    run: (...calls) => run(calls),
    one: async (call) => first(await run([call])),
    listed: async (providerId, day) => first(await run([sightOf(fixture, providerId, day)])),
    holdsMarked: () => holdsMarked(primary(fixture)),
    bodySent: async (index) => sent.at(index)?.clone().json(),
    loseNextAnswer: () => {
      losing = true
    },
  }
}

function first(answers: readonly Answer[]): Answer {
  const [answer] = answers
  if (answer === undefined) throw new Error('a call was left without an answer')
  return answer
}

const sightOf = (fixture: GraphFixture, providerId: string, day: string): Call => ({
  kind: 'listed',
  calendarProviderId: primary(fixture),
  providerId,
  at: epochMs(Date.parse(day)),
})

/** The two forms a call is sent in. */
export const ALONE_AND_TOGETHER = ['alone', 'together'] as const

/** What a call is answered alone, or in a batch with another one. */
export async function answered(
  fixture: WriterFixture,
  way: (typeof ALONE_AND_TOGETHER)[number],
  call: Call,
): Promise<Answer> {
  if (way === 'alone') return fixture.one(call)
  return first(await fixture.run(call, search(fixture, 99)))
}

/** Asks for the event of the newest creation under `KEY`. */
export const search = (fixture: GraphFixture, since = 1): Call => ({
  kind: 'find',
  calendarProviderId: primary(fixture),
  key: KEY,
  since,
})

export const primary = ({ mailbox }: GraphFixture): string => mailbox.calendar().id

export const instant = (text: string): EventTime => ({
  kind: 'instant',
  at: epochMs(Date.parse(text)),
  zone: 'Europe/Paris',
})

export const TIMES = { start: instant('2026-11-10T08:00:00Z'), end: instant('2026-11-10T09:30:00Z') }

/** A creation in the person's own calendar. */
export const creation = (
  fixture: GraphFixture,
  content: EventPatch = { summary: 'New', times: TIMES },
  marker = 'm.1',
): Extract<Call, { kind: 'create' }> => ({
  kind: 'create',
  calendarProviderId: primary(fixture),
  content,
  marker,
})

/** The event of an answer that carries one. */
export function eventOf(answer: Answer): CalendarEvent {
  if (answer.kind === 'item' && answer.item.kind === 'event') return answer.item.event
  throw new Error(`no event: ${JSON.stringify(answer)}`)
}

/** An event or series that is in the mailbox, made by somebody else. */
export async function existing(fixture: WriterFixture, body: object = oneHour('Old', '2026-11-10')) {
  const { id } = fixture.mailbox.create(body).item
  const { '@odata.etag': etag } = await fixture.get<{ '@odata.etag': string }>(`/me/events/${id}`)
  return { providerId: id, etag }
}
