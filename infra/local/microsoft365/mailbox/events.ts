import type { Random } from '../../../../shared/core/random.ts'
import type { Clock } from '../../../../shared/core/time.ts'
import { type Draft, parseDraft } from './draft.ts'
import type { ExtendedProperty, Instance, Item, Span, Window } from './event.ts'
import { accessDenied, duplicateTransaction, invalidRequest, itemNotFound, staleChangeKey } from './failures.ts'
import { fromRegularId, occurrenceId, parseOccurrenceId } from './ids.ts'
import type { Calendar } from './mailbox.ts'
import type { Recurrence } from './recurrence.ts'
import { checkNeighbours, occurrenceOn, occurrencesIn, shownIn, whole } from './series.ts'
import { changeKeyOf } from './versions.ts'

export interface Condition {
  /** An etag; the write happens only while the event still has it. `*` always matches. */
  readonly ifMatch?: string | undefined
}

export interface CreateOptions {
  readonly calendarId?: string | undefined
  /** Someone else who organises the meeting: the new event is an attendee's copy. */
  readonly organizer?: { readonly name: string; readonly address: string }
  /** The status that a reused `transactionId` is refused with; public clients have met both. */
  readonly duplicateStatus?: 400 | 409
}

/** The events of a mailbox. Bodies are Graph JSON as a client sends it; ids may have either form. */
export interface Events {
  create(body: unknown, options?: CreateOptions): Instance
  /** @throws MailboxFailure `ErrorItemNotFound`, also for a cancelled occurrence. */
  find(id: string): { readonly instance: Instance; readonly calendar: Calendar }
  /** Changing an occurrence makes it an exception; changing times or recurrence of a series drops its exceptions. */
  patch(id: string, body: unknown, condition?: Condition): Instance
  /** Deleting an occurrence leaves a cancelled date behind; deleting a master deletes all of the series. */
  remove(id: string, condition?: Condition): void
  /** Sets the person's answer to an invitation. Declining removes the event, as Outlook does. */
  respond(id: string, response: 'accepted' | 'tentativelyAccepted' | 'declined'): void
  /** Gives the event a new version without changing it, as Exchange's own housekeeping does. */
  touch(id: string): void
  view(window: Window, calendarId?: string): Instance[]
  instances(masterId: string, window: Window): Instance[]
  /** Takes in an item as it is, with all it brings; the one way past the rules. Used for payloads from outside. */
  adopt(item: Omit<Item, 'position' | 'version'>, calendarId?: string): void
}

interface Dependencies {
  readonly calendar: (id?: string) => Calendar
  readonly calendars: () => Calendar[]
  readonly clock: Clock
  readonly random: Random
  readonly ids: { next(): string }
}

export function createEvents({ calendar, calendars, clock, random, ids }: Dependencies): Events {
  const transactions = new Map<string, string>()
  let version = 0

  function find(id: string): { instance: Instance; calendar: Calendar } {
    const key = fromRegularId(id)
    const { masterId, date } = parseOccurrenceId(key) ?? {}
    for (const each of calendars()) {
      // Payloads from outside have ids of their own, which may look like the second form of one of ours.
      const item = each.store.items.get(masterId ?? key) ?? each.store.items.get(id)
      if (item) return { calendar: each, instance: date === undefined ? whole(item) : occurrenceOn(item, date) }
    }
    throw itemNotFound()
  }

  function findWritable(id: string, { ifMatch }: Condition): { instance: Instance; calendar: Calendar } {
    const found = find(id)
    if (!found.calendar.canEdit) throw accessDenied()
    const current = `W/"${changeKeyOf(found.instance.item)}"`
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== current) throw staleChangeKey()
    return found
  }

  function commit(item: Item, { store }: Calendar, date?: string): void {
    version += 1
    item.version = version
    item.modifiedAt = clock.now()
    delete item.verbatim
    store.changed(item, date === undefined ? undefined : occurrenceId(item.id, date))
  }

  function create(body: unknown, options: CreateOptions = {}): Instance {
    const target = calendar(options.calendarId)
    if (!target.canEdit) throw accessDenied()
    const draft = parseDraft(body)
    const burnt = draft.transactionId && transactions.get(draft.transactionId)
    if (burnt) throw duplicateTransaction(options.duplicateStatus ?? 400, burnt)
    version += 1
    const item = newItem(draft, options, {
      id: ids.next(),
      iCalUId: `040000008200E00074C5B7101A82E008${Buffer.from(random.bytes(24)).toString('hex').toUpperCase()}`,
      position: target.store.positions.length,
      now: clock.now(),
      version,
    })
    if (draft.transactionId) transactions.set(draft.transactionId, item.id)
    target.store.add(item)
    return whole(item)
  }

  return {
    create,
    find,
    patch(id, body, condition = {}) {
      const { instance, calendar: home } = findWritable(id, condition)
      const { item, date } = instance
      if (date === undefined) patchWhole(item, parseDraft(body, item.span))
      else patchOccurrence(instance, date, parseDraft(body, instance.span))
      commit(item, home, date)
      return date === undefined ? whole(item) : occurrenceOn(item, date)
    },
    remove(id, condition = {}) {
      const { instance, calendar: home } = findWritable(id, condition)
      if (instance.date === undefined) return home.store.remove(instance.item)
      cancelOccurrence(instance.item, instance.date)
      commit(instance.item, home, instance.date)
    },
    respond(id, response) {
      const { instance, calendar: home } = find(id)
      if (instance.item.organizer === undefined)
        throw invalidRequest(
          "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
        )
      if (response === 'declined') return home.store.remove(instance.item)
      instance.item.response = { response, time: new Date(clock.now()).toISOString() }
      commit(instance.item, home)
    },
    touch(id) {
      const { instance, calendar: home } = find(id)
      commit(instance.item, home)
    },
    view: (window, calendarId) =>
      [...calendar(calendarId).store.items.values()]
        .flatMap((item) => shownIn(item, window))
        .sort((one, other) => one.span.startAt - other.span.startAt),
    instances: (masterId, window) => occurrencesIn(find(masterId).instance.item, window),
    adopt(item, calendarId) {
      const { store } = calendar(calendarId)
      version += 1
      store.add({ ...item, version, position: store.positions.length })
    },
  }
}

interface Birth {
  readonly id: string
  readonly iCalUId: string
  readonly position: number
  readonly now: number
  readonly version: number
}

function newItem(draft: Draft, { organizer }: CreateOptions, { now, ...birth }: Birth): Item {
  if (draft.span === undefined) throw invalidRequest('An event needs a start and an end.')
  const attending = Array.isArray(draft.fields['attendees']) && draft.fields['attendees'].length > 0
  return {
    ...birth,
    createdAt: now,
    modifiedAt: now,
    fields: draft.fields,
    span: draft.span,
    exceptions: new Map(),
    cancelled: new Set(),
    extended: draft.extended,
    response: { response: organizer ? 'notResponded' : attending ? 'organizer' : 'none', time: '0001-01-01T00:00:00Z' },
    ...(draft.transactionId && { transactionId: draft.transactionId }),
    ...(draft.recurrence && { recurrence: draft.recurrence }),
    ...(organizer && { organizer }),
  }
}

function patchWhole(item: Item, draft: Draft): void {
  const before = timesOf(item)
  item.fields = { ...item.fields, ...draft.fields }
  item.extended = withExtended(item.extended, draft.extended)
  if (draft.span) item.span = draft.span
  if (draft.recurrence) item.recurrence = draft.recurrence
  else if (draft.recurrence === null) delete item.recurrence
  else if (item.recurrence && draft.span) item.recurrence = startingWith(item.recurrence, draft.span)
  if (timesOf(item) === before) return
  item.exceptions = new Map()
  item.cancelled = new Set()
}

const timesOf = ({ span, recurrence }: Item): string => JSON.stringify([span, recurrence])

function startingWith(recurrence: Recurrence, span: Span): Recurrence {
  const range = { ...recurrence.range, startDate: span.start.slice(0, 10), recurrenceTimeZone: span.startZone }
  return { ...recurrence, range }
}

function patchOccurrence({ item }: Instance, date: string, draft: Draft): void {
  if (draft.recurrence) throw invalidRequest('The recurrence of an occurrence cannot be set.')
  if (draft.span) checkNeighbours(item, date, draft.span)
  const before = item.exceptions.get(date)
  const moved = draft.span ?? before?.span
  const exception = { fields: { ...before?.fields, ...draft.fields }, ...(moved && { span: moved }) }
  item.exceptions = new Map(item.exceptions).set(date, exception)
  item.extended = withExtended(item.extended, draft.extended)
}

function cancelOccurrence(item: Item, date: string): void {
  const exceptions = new Map(item.exceptions)
  exceptions.delete(date)
  item.exceptions = exceptions
  item.cancelled = new Set(item.cancelled).add(date)
}

/** Names are compared as they are, the kind and the GUID before them in any case. */
function withExtended(before: readonly ExtendedProperty[], given: readonly ExtendedProperty[]): ExtendedProperty[] {
  const named = new Set(given.map(({ id }) => extendedKey(id)))
  return [...before.filter(({ id }) => !named.has(extendedKey(id))), ...given]
}

/** An extended property's id in the form that equal properties share. */
export function extendedKey(id: string): string {
  const [, kind = '', name = ''] = /^(\S+\s+\{[^}]*\}\s+(?:name|id)\s+)(.*)$/i.exec(id) ?? []
  return kind === '' ? id : kind.toLowerCase().replace(/\s+/g, ' ') + name
}
