import { ApiError, type Connection } from './connection.ts'
import { bodyOf } from './http.ts'
import type { Requests } from './requests.ts'
import { type Action, ActionAnswer, Invalid } from './wire.ts'

/** The body of an upsert or an edit, as the API takes it. */
export type EventBody = Record<string, unknown>

/** The API's own name of an event. */
export type EventName = { event_id: string } | { event_uid: string }

/**
 * What FlowAgent changes through the integrator API. A change that is accepted gives the id of its action: it is durable
 * then, and applied later. Every method throws `ApiError`: `refused` with `fields` for a change that is not valid.
 */
export interface Writes {
  save(connection: Connection, calendarId: string, body: EventBody): Promise<string>
  remove(connection: Connection, calendarId: string, name: EventName): Promise<string | undefined>
  answer(connection: Connection, calendarId: string, uid: string, status: string): Promise<string>
  action(connection: Connection, id: string): Promise<Action>
}

export function createWrites({ requests, apiUrl }: { requests: Requests; apiUrl: string }): Writes {
  /** @returns the id of the action; undefined when there was nothing to do. */
  async function change(connection: Connection, method: string, path: string, body: unknown) {
    const response = await requests.send(connection, new URL(path, apiUrl), { method, body })
    if (!response.ok) throw await refusalOf(response)
    return response.headers.get('Location')?.split('/').at(-1)
  }

  async function accepted(change: Promise<string | undefined>): Promise<string> {
    const id = await change
    if (id === undefined) throw new ApiError('unexpected')
    return id
  }

  return {
    save: (connection, calendarId, body) => accepted(change(connection, 'POST', eventsOf(calendarId), body)),
    remove: (connection, calendarId, name) => change(connection, 'DELETE', eventsOf(calendarId), name),
    answer: (connection, calendarId, uid, status) =>
      accepted(
        change(connection, 'POST', `${eventsOf(calendarId)}/${encodeURIComponent(uid)}/participation_status`, {
          status,
        }),
      ),
    async action(connection, id) {
      const url = new URL(`/v1/actions/${encodeURIComponent(id)}`, apiUrl)
      return (await bodyOf(await requests.send(connection, url), ActionAnswer)).action
    },
  }
}

const eventsOf = (calendarId: string): string => `/v1/calendars/${encodeURIComponent(calendarId)}/events`

async function refusalOf(response: Response): Promise<ApiError> {
  const { status } = response
  const invalid = Invalid.safeParse(await response.json().catch(() => undefined))
  if (status !== 422 || !invalid.success) return new ApiError('refused', { status })
  const sentences = Object.entries(invalid.data.errors).map(([field, errors]) => [field, errors[0]?.description ?? ''])
  return new ApiError('refused', { status, fields: Object.fromEntries(sentences) })
}
