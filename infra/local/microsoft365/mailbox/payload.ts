import * as z from 'zod'
import type { Span } from './event.ts'
import { MailboxFailure } from './failures.ts'
import type { Mailbox } from './mailbox.ts'
import { Recurrence } from './recurrence.ts'
import { spanFrom } from './series.ts'

const Time = z.object({ dateTime: z.string(), timeZone: z.string() })
const Payload = z.looseObject({
  id: z.string().optional(),
  iCalUId: z.string().nullish(),
  isAllDay: z.boolean().nullish(),
  start: Time.nullish(),
  end: Time.nullish(),
  recurrence: z.unknown().optional(),
  '@removed': z.unknown().optional(),
})
type Payload = z.infer<typeof Payload>

/** An event that says nothing about when it is takes place always, so that every window shows it. */
const ALWAYS: Span = {
  start: '1970-01-01T00:00:00.0000000',
  end: '2999-01-01T00:00:00.0000000',
  startZone: 'UTC',
  endZone: 'UTC',
  startAt: 0,
  endAt: Date.parse('2999-01-01T00:00:00Z'),
  isAllDay: false,
}

/**
 * Puts an event into a mailbox exactly as a payload from the real service says it; a payload with `@removed` becomes a
 * deletion that the next delta round tells. @returns the id, or undefined when the payload is no event.
 */
export function adoptPayload(
  mailbox: Mailbox,
  given: unknown,
  identity: { newId: string; now: number },
): string | undefined {
  const parsed = Payload.safeParse(given)
  if (!parsed.success || !looksLikeEvent(parsed.data)) return undefined
  const payload = parsed.data
  const id = payload.id ?? identity.newId
  if (payload['@removed'] !== undefined) mailbox.calendar().store.buried(id)
  else mailbox.adopt(itemFrom(payload, id, identity.now))
  return id
}

const EVENT_TYPES: unknown[] = ['singleInstance', 'seriesMaster', 'occurrence', 'exception']

const looksLikeEvent = (payload: Payload): boolean =>
  payload['@removed'] !== undefined || EVENT_TYPES.includes(payload['type']) || typeof payload.iCalUId === 'string'

function itemFrom(payload: Payload, id: string, now: number): Parameters<Mailbox['adopt']>[0] {
  const recurrence = Recurrence.safeParse(payload.recurrence)
  return {
    id,
    iCalUId: payload.iCalUId ?? '',
    createdAt: now,
    modifiedAt: now,
    fields: {},
    span: spanOf(payload),
    exceptions: new Map(),
    cancelled: new Set(),
    extended: [],
    answers: new Map(),
    response: { response: 'none', time: '0001-01-01T00:00:00Z' },
    ...(recurrence.success && { recurrence: recurrence.data }),
    verbatim: { ...payload, id },
  }
}

function spanOf({ start, end, isAllDay }: Payload): Span {
  if (!start || !end) return ALWAYS
  const at = (zones: [string, string]) => spanFrom(start.dateTime, end.dateTime, ...zones, isAllDay ?? false)
  try {
    return at([start.timeZone, end.timeZone])
  } catch (error) {
    if (!(error instanceof MailboxFailure)) throw error
    // A payload may carry a zone name that nobody can map; it is only placed by it, and told as it came.
    return at(['UTC', 'UTC'])
  }
}
