import type { CalendarEvent, EventContent } from '../../events/event.ts'
import type { Action, ActionRequest } from '../../push/action.ts'
import type { Wanted } from '../../push/wanted.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'

/** An event as an integrator is told it: with its own accepted changes, which may not have reached the provider yet. */
export type ToldEvent = EventRow & {
  /** The accepted change that it already shows. */
  readonly pending?: Action | undefined
  /** It is not at the provider yet, and has no name there. */
  readonly isNew?: boolean
}

/** Who is told, our name for a provider id, and the agreements of events that may be told before the provider has them. */
export interface Listener {
  readonly integrator: string
  readonly keyOf: (providerId: string) => string
  readonly creating: ReadonlySet<string>
}

/** The events with an integrator's own pending actions on top, so that it sees at once what it has asked for. */
export function withPending(
  rows: readonly EventRow[],
  pending: readonly Action[],
  listener: Listener,
): readonly ToldEvent[] {
  return pending
    .filter(({ integrator, state }) => integrator === listener.integrator && state === 'pending')
    .reduce<readonly ToldEvent[]>((told, action) => withAction(told, action, listener), rows)
}

function withAction(told: readonly ToldEvent[], action: Action, listener: Listener): readonly ToldEvent[] {
  const { request } = action
  if (request === undefined) return told
  const isMeant = (row: ToldEvent) => isAbout(row, request, listener)
  if (request.kind === 'delete' || request.kind === 'delete-all')
    return told.map((row) => (isMeant(row) ? { ...row, deleted: true, pending: action } : row))
  if (request.kind === 'respond')
    return told.map((row) => (isMeant(row) ? changed(row, { participation: request.response }, action) : row))
  if (told.some((row) => isMeant(row) && !row.deleted))
    return told.map((row) => (isMeant(row) && !row.deleted ? changed(row, wish(row.event, request), action) : row))
  const created = listener.creating.has(request.target.agreement) ? createdBy(action, request) : undefined
  return created === undefined ? told : [...told.filter((row) => !isMeant(row)), created]
}

function isAbout(row: ToldEvent, request: ActionRequest, { integrator, keyOf }: Listener): boolean {
  const isOwn = row.managed?.integrator === integrator
  if (request.kind === 'delete-all') return isOwn && (request.calendars?.includes(row.calendar) ?? true)
  const { eventId, providerId, calendar } = request.target
  if (row.calendar !== calendar) return false
  if (eventId !== undefined) return isOwn && row.managed?.eventId === eventId
  return providerId !== undefined && row.key === keyOf(providerId)
}

const changed = (row: ToldEvent, content: Partial<CalendarEvent>, pending: Action): ToldEvent => ({
  ...row,
  event: { ...row.event, ...content },
  pending,
})

/** What an event will say. Of a series the occurrences keep their days: where they go, only the provider knows. */
function wish(event: CalendarEvent, { wanted, target }: ActionRequest & { kind: 'upsert' }): Partial<CalendarEvent> {
  const isSeries = event.kind !== 'single' && target.eventId !== undefined
  return { ...contentOf(wanted), ...(wanted.times && !isSeries && wanted.times) }
}

function contentOf(wanted: Wanted): Partial<EventContent> {
  const { summary, description, location, reminderMinutes, transparency, sensitivity } = wanted
  const given = { summary, description: description?.content, transparency, sensitivity }
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(location !== undefined && { location: location ?? undefined }),
    ...(reminderMinutes !== undefined && { reminderMinutes: reminderMinutes ?? undefined }),
  }
}

/** An event that is on its way to the provider; of a series the first occurrence. */
function createdBy(action: Action, { target, wanted }: ActionRequest & { kind: 'upsert' }): ToldEvent | undefined {
  const { times, attendees, recurrence } = wanted
  if (times === undefined || target.eventId === undefined) return undefined
  const event: CalendarEvent = {
    ...BLANK,
    transparency: times.start.kind === 'date' ? 'transparent' : 'opaque',
    ...contentOf(wanted),
    ...times,
    attendees: (attendees?.invite ?? []).map((person) => ({ ...person, status: 'needs_action', kind: 'required' })),
    ...(recurrence && { kind: 'occurrence', recurrence }),
  }
  const managed = { integrator: action.integrator, eventId: target.eventId }
  const row = { calendar: target.calendar, key: target.agreement, deleted: false, moved: false, managed, event }
  return { ...row, modifiedAt: action.acceptedAt, pending: action, isNew: true }
}

const BLANK = {
  summary: '',
  description: '',
  organizedByAccount: true,
  participation: 'accepted',
  sensitivity: 'normal',
  status: 'confirmed',
  categories: [],
  importance: 'normal',
  providerId: '',
  etag: '',
  kind: 'single',
} as const
