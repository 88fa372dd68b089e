import type { AnswerRequest, ChangeRequest, DeleteRequest, SaveRequest } from '../../../change-request.ts'
import type { Refused } from '../../../messages.ts'

const EVENTS = '/data/events'

/** @returns undefined when the change is accepted. */
export const sendSave = (request: SaveRequest): Promise<Refused | undefined> => refusalIn(send('POST', EVENTS, request))

export const sendAnswer = (request: AnswerRequest): Promise<Refused | undefined> =>
  refusalIn(send('POST', `${EVENTS}/answer`, request))

/** @returns the name to undo the deletion by. */
export async function sendDeletion(request: DeleteRequest): Promise<{ id: string } | Refused> {
  const response = await send('DELETE', EVENTS, request)
  return response?.ok ? ((await response.json()) as { id: string }) : refusalOf(response)
}

export const sendUndo = (id: string): Promise<Refused | undefined> => refusalIn(send('POST', `${EVENTS}/undo`, { id }))

export const sendDismissal = (id: string): Promise<Refused | undefined> =>
  refusalIn(send('POST', '/data/refusals/dismiss', { id }))

async function refusalIn(sent: Promise<Response | undefined>): Promise<Refused | undefined> {
  const response = await sent
  return response?.ok ? undefined : refusalOf(response)
}

/** A browser sends no more than 64 KiB for a page that is gone. */
const KEPT_ALIVE = 60_000

/** A change that was made is sent although the page is closed the next moment, unless it is very long. */
function send(method: string, path: string, request: ChangeRequest | { id: string }): Promise<Response | undefined> {
  const body = JSON.stringify(request)
  const headers = { 'Content-Type': 'application/json' }
  return fetch(path, { method, headers, body, keepalive: body.length < KEPT_ALIVE }).catch(() => undefined)
}

async function refusalOf(response: Response | undefined): Promise<Refused> {
  const body: unknown = await response?.json().catch(() => undefined)
  return (body as Refused | undefined) ?? { problem: 'unreachable' }
}
