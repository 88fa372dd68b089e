import type { CalendarEvent, EventContent } from '../../events/event.ts'
import type { Action, ActionRequest, Target } from '../../push/action.ts'
import type { Agreement } from '../../push/agreement.ts'
import { type Expected, expectedOf } from '../../push/expected.ts'
import type { Wanted } from '../../push/wanted.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'

/** An event as an integrator is told it: with its own accepted changes, which may not have reached the provider yet. */
export type ToldEvent = EventRow & {
  /** The accepted change that it already shows. */
  readonly pending?: Action | undefined
  /** It is not at the provider yet, and has no name there. */
  readonly isNew?: boolean
}

/** Who is told, and our name for a provider id. */
export interface Listener {
  readonly integrator: string
  readonly keyOf: (providerId: string) => string
}

/** An integrator's own pending actions on top of events, so that it sees at once what it has asked for. */
export interface Overlay {
  /** The keys of the agreements that it takes to know what is wished for these events. */
  about(rows: readonly EventRow[]): readonly string[]
  /** @param creating the agreements of events that may be told before the provider has them. */
  show(
    rows: readonly EventRow[],
    agreements: ReadonlyMap<string, Agreement>,
    creating: ReadonlySet<string>,
  ): readonly ToldEvent[]
}

/** Works in the order of rows and actions: a target's key is made once for each action, and its rows are looked up. */
export function createOverlay(pending: readonly Action[], { integrator, keyOf }: Listener): Overlay {
  const wishes = pending.flatMap((action): readonly Wish[] => {
    const { request, state } = action
    if (action.integrator !== integrator || state !== 'pending' || request === undefined) return []
    return [{ action, request, place: request.kind === 'delete-all' ? '' : placeOf(request.target, keyOf) }]
  })
  if (wishes.length === 0) return { about: () => [], show: (rows) => rows }
  const own = wishes.map(({ action }) => action)
  return {
    about(rows) {
      const places = new Set(rows.flatMap((row) => placesOf(row, integrator)))
      return wishes.flatMap(({ request, place }) =>
        request.kind === 'upsert' && places.has(place) ? request.target.agreement : [],
      )
    },
    show(rows, agreements, creating) {
      const told = createTold(rows, integrator)
      const expected = expectedOf(own, agreements)
      for (const one of wishes) apply(told, { ...one, expected: expected.get(one.action.number) }, creating)
      return told.all()
    },
  }
}

interface Wish {
  readonly action: Action
  readonly request: ActionRequest
  readonly place: string
}

/** Which rows an action is about: those of the integrator's own event, or the one of an event that it names by our key. */
const placeOf = ({ calendar, eventId, providerId = '' }: Target, keyOf: Listener['keyOf']): string =>
  eventId === undefined ? keyPlace(calendar, keyOf(providerId)) : ownPlace(calendar, eventId)

const keyPlace = (calendar: string, key: string): string => `${calendar} key ${key}`
const ownPlace = (calendar: string, eventId: string): string => `${calendar} own ${eventId}`

/** What actions name an event by. */
const placesOf = ({ calendar, key, managed }: EventRow, integrator: string): readonly string[] =>
  managed?.integrator === integrator
    ? [keyPlace(calendar, key), ownPlace(calendar, managed.eventId)]
    : [keyPlace(calendar, key)]

/** The events that are told so far, by what actions name them by. */
function createTold(rows: readonly EventRow[], integrator: string) {
  const told: (ToldEvent | undefined)[] = []
  const places = new Map<string, number[]>()
  const own: number[] = []

  function add(row: ToldEvent): void {
    const at = told.push(row) - 1
    if (row.managed?.integrator === integrator) own.push(at)
    for (const place of placesOf(row, integrator)) {
      const known = places.get(place)
      if (known === undefined) places.set(place, [at])
      else known.push(at)
    }
  }

  for (const row of rows) add(row)
  return {
    add,
    all: () => told.flatMap((row) => row ?? []),
    own: () => own,
    at: (place: string): readonly number[] => places.get(place) ?? [],
    isLive: (at: number) => told[at]?.deleted === false,
    /** What it becomes; undefined when it is told no more. */
    change(some: readonly number[], become: (row: ToldEvent) => ToldEvent | undefined): void {
      for (const at of some) told[at] &&= become(told[at])
    },
  }
}

function apply(
  told: ReturnType<typeof createTold>,
  { action, request, place, expected }: Wish & { readonly expected: Expected | undefined },
  creating: ReadonlySet<string>,
) {
  const deleted = (row: ToldEvent) => ({ ...row, deleted: true, pending: action })
  if (request.kind === 'delete-all') {
    const { calendars } = request
    return told.change(told.own(), (row) => (calendars?.includes(row.calendar) === false ? row : deleted(row)))
  }
  const meant = told.at(place)
  if (request.kind === 'delete') return told.change(meant, deleted)
  if (request.kind === 'respond')
    return told.change(meant, (row) => changed(row, { participation: request.response }, action))
  const live = meant.filter(told.isLive)
  if (live.length > 0)
    return told.change(live, (row) => changed(row, wish(row.event, request.target, expected?.changed), action))
  const created = creating.has(request.target.agreement)
    ? createdBy(action, request.target, expected?.creation)
    : undefined
  if (created === undefined) return
  told.change(meant, () => undefined)
  told.add(created)
}

const changed = (row: ToldEvent, content: Partial<CalendarEvent>, pending: Action): ToldEvent => ({
  ...row,
  event: { ...row.event, ...content },
  pending,
})

/** What an event will say. Of a series the occurrences keep their days: where they go, only the provider knows. */
function wish(event: CalendarEvent, { eventId }: Target, wanted: Wanted = {}): Partial<CalendarEvent> {
  const isSeries = event.kind !== 'single' && eventId !== undefined
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
function createdBy(action: Action, target: Target, wanted: Wanted = {}): ToldEvent | undefined {
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
