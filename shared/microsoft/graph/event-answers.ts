import type * as z from 'zod'
import { isFailure } from '../../core/errors.ts'
import { creationOf } from '../../push/agreement.ts'
import type { Answer, Call } from '../../push/writer.ts'
import type { Reply } from './batch.ts'
import type { GraphFailure } from './failure.ts'
import { mapItem } from './map-event.ts'
import { meetingPart } from './meeting-body.ts'
import { parse } from './parse.ts'
import { CalendarPage, EventList, GraphEvent, IdList, MeetingBody } from './wire.ts'

const LATER: Answer = { kind: 'later', throttled: false }

/** What a call came to. A success that cannot be read says as little as no answer: it is `later`. */
export function answerTo(call: Call, reply: Reply): Answer {
  if (reply === undefined) return LATER
  if ('failure' in reply) return answerOfFailure(reply.failure)
  try {
    return answerOfSuccess(call, reply.body)
  } catch (error) {
    return isFailure(error, 'MICROSOFT_UNEXPECTED_SHAPE') ? LATER : { kind: 'mistake', error }
  }
}

function answerOfSuccess(call: Call, body: unknown): Answer {
  switch (call.kind) {
    case 'create':
    case 'update':
    case 'read':
      return { kind: 'item', item: mapItem(parse(GraphEvent, body)) }
    case 'delete':
    case 'respond':
      return { kind: 'done' }
    case 'meeting': {
      const event = parse(MeetingBody, body)
      return { kind: 'meeting', blob: meetingPart(event.body?.content ?? '', event.isOnlineMeeting ?? false) }
    }
    case 'calendars':
      return { kind: 'calendars', providerIds: ownOf(parse(CalendarPage, body).value) }
    case 'listed':
      return listed(parse(IdList, body), call)
    case 'find':
      return found(parse(EventList, body), call)
  }
}

/** What others share is theirs: nobody moves an event there, a copy is made. */
function ownOf(calendars: z.infer<typeof CalendarPage>['value']): readonly string[] {
  const me = calendars.find(({ isDefaultCalendar }) => isDefaultCalendar)?.owner?.address
  return calendars.filter(({ canEdit, owner }) => canEdit && owner?.address === me).map(({ id }) => id)
}

function listed(page: z.infer<typeof IdList>, { providerId }: Call & { readonly kind: 'listed' }): Answer {
  const isShown = page.value.some(({ id, seriesMasterId }) => id === providerId || seriesMasterId === providerId)
  return isShown ? { kind: 'done' } : notOn(page)
}

/** What is on none of several pages only is not there. */
const notOn = (page: { readonly '@odata.nextLink'?: string | undefined }): Answer =>
  page['@odata.nextLink'] === undefined ? { kind: 'gone' } : LATER

/** A copy that somebody made of the event may carry the marker too, but never the transaction id. */
function found(page: z.infer<typeof EventList>, { key, since, knownAs }: Call & { readonly kind: 'find' }): Answer {
  const made = page.value.flatMap((event) => {
    const creation = creationOf(event.transactionId ?? undefined)
    if (creation?.key === key && creation.generation >= since) return [{ event, generation: creation.generation }]
    return event.id === knownAs ? [{ event, generation: since }] : []
  })
  const [newest] = made.sort((one, other) => other.generation - one.generation)
  return newest === undefined ? notOn(page) : { kind: 'item', item: mapItem(newest.event) }
}

const CONFLICTS = ['errorirresolvableconflict', 'resourcemodified']

/**
 * The code decides before the status, because Graph sends the same code with different statuses.
 * @see https://learn.microsoft.com/en-us/graph/errors
 */
function answerOfFailure(failure: GraphFailure): Answer {
  const { status, retryAfterMs, existingEventId } = failure
  const code = failure.code.toLowerCase()
  if (code === 'errorduplicatetransactionid') return { kind: 'exists', providerId: existingEventId }
  if (CONFLICTS.includes(code) || status === 409 || status === 412) return { kind: 'conflict' }
  if (code === 'erroritemnotfound') return { kind: 'gone' }
  if (isPassing(failure)) return { kind: 'later', throttled: isThrottled(failure), retryAfterMs }
  return { kind: 'refused', code: failure.code.replaceAll(/[^A-Za-z]/g, '').slice(0, 64) || 'none' }
}

/** A mailbox with too many requests at a time says 429 or 503. A 503 that names no wait may be about one event, for ever. */
const isThrottled = ({ status, retryAfterMs = 0 }: GraphFailure): boolean =>
  status === 429 || (status === 503 && retryAfterMs > 0)

/**
 * 401: the token ran out on the way. 404 without the code for an event that is gone: the mailbox itself is not there at
 * the moment. 408: a time-out. 424: another request of the batch was in the way.
 */
const PASSING_REFUSALS = [401, 404, 408, 424, 429]

/** Whether the same request may be answered otherwise after a while. */
export const isPassing = ({ status }: GraphFailure): boolean =>
  status >= 500 || status < 400 || PASSING_REFUSALS.includes(status)
