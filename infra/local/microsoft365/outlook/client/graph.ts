import type { Session } from '../session.ts'
import type { Answer, GraphCalendar, GraphEvent } from './wire.ts'

/** Graph refused. The message is Graph's own and meant for the person. */
export class GraphFailure extends Error {
  override readonly name = 'GraphFailure'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** An event in its calendar: in one that somebody shares it is found nowhere else. */
export interface EventName {
  calendarId: string
  id: string
}

export interface Graph {
  calendars(): Promise<GraphCalendar[]>
  /** Everything of one calendar between two instants, with times in the person's zone. */
  view(calendarId: string, from: string, to: string): Promise<GraphEvent[]>
  /** One event with its text as plain text and its times in `timeZone`. */
  event(event: EventName, timeZone: string): Promise<GraphEvent>
  /** The HTML of an event's text. */
  html(event: EventName): Promise<string>
  create(calendarId: string, body: object): Promise<void>
  /** @throws GraphFailure 412 when the event is no longer the one with this etag. */
  change(event: EventName, body: object, etag?: string): Promise<void>
  remove(event: EventName): Promise<void>
  respond(event: EventName, answer: Answer): Promise<void>
}

/** The Graph endpoints of this origin. A token that ran out is replaced once without anybody noticing. */
export function createGraph(session: Session, renew: () => Promise<Session>): Graph {
  let { token } = session
  const own = `outlook.timezone="${session.timeZone}"`

  async function send(path: string, prefer: string, init: RequestInit): Promise<Response> {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', Prefer: prefer }
    return fetch(path, { ...init, headers: { ...headers, ...init.headers } })
  }

  async function ask(path: string, prefer = own, init: RequestInit = {}): Promise<Response> {
    let response = await send(path, prefer, init)
    if (response.status === 401) {
      token = (await renew()).token
      response = await send(path, prefer, init)
    }
    if (!response.ok) throw await failureOf(response)
    return response
  }

  const read = async <T>(path: string, prefer?: string): Promise<T> => (await ask(path, prefer)).json()
  const write = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    await ask(path, own, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  }
  const eventsOf = (calendarId: string) => `/v1.0/me/calendars/${encodeURIComponent(calendarId)}/events`
  const at = ({ calendarId, id }: EventName) => `${eventsOf(calendarId)}/${encodeURIComponent(id)}`

  return {
    calendars: async () => (await read<{ value: GraphCalendar[] }>('/v1.0/me/calendars')).value,
    async view(calendarId, from, to) {
      const window = new URLSearchParams({ startDateTime: from, endDateTime: to, $top: '1000' })
      const page = `/v1.0/me/calendars/${encodeURIComponent(calendarId)}/calendarView?${window}`
      return (await read<{ value: GraphEvent[] }>(page)).value
    },
    event: (event, timeZone) => read(at(event), `outlook.timezone="${timeZone}", outlook.body-content-type="text"`),
    html: async (event) => (await read<GraphEvent>(`${at(event)}?$select=body`)).body.content,
    create: (calendarId, body) => write('POST', eventsOf(calendarId), body),
    change: (event, body, etag) => write('PATCH', at(event), body, etag === undefined ? {} : { 'If-Match': etag }),
    remove: (event) => write('DELETE', at(event)),
    respond: (event, answer) => write('POST', `${at(event)}/${answer}`, { sendResponse: true }),
  }
}

async function failureOf(response: Response): Promise<GraphFailure> {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const told: { error?: { message?: string } } = isJson ? await response.json() : {}
  return new GraphFailure(response.status, told.error?.message ?? `Graph answered ${response.status}.`)
}
