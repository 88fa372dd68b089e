import type { Random } from '../../../../shared/core/random.ts'
import type { Clock, EpochMs } from '../../../../shared/core/time.ts'
import type { Person } from '../world.ts'
import { noteResponse, organizerToAnswer, type Response } from './answers.ts'
import { checkPersonal } from './copies.ts'
import { checkUninvited, createDeletedItems } from './deleted-items.ts'
import { namedIn, parseDraft } from './draft.ts'
import { editOccurrence, editWhole } from './edits.ts'
import type { EmailAddress, Fields, Instance, Item, Window } from './event.ts'
import {
  accessDenied,
  cannotDelete,
  duplicateTransaction,
  invalidRequest,
  itemNotFound,
  staleChangeKey,
} from './failures.ts'
import { fromRegularId, occurrenceId, parseOccurrenceId } from './ids.ts'
import { createInbox } from './inbox.ts'
import type { Calendar } from './mailbox.ts'
import type { Meetings, Recipient } from './meetings.ts'
import { newItem } from './new-item.ts'
import { cancelOccurrence } from './occurrences.ts'
import { joinUrlFrom, storedFields } from './online.ts'
import { withPlaces } from './places.ts'
import { occurrenceOn, occurrencesIn, shownIn, whole } from './series.ts'
import { changeKeyOf } from './versions.ts'

export interface Condition {
  /** An etag; the write happens only while the event still has it. `*` always matches. */
  readonly ifMatch?: string | undefined
  /** The status that an outdated etag is refused with. */
  readonly conflictStatus?: 412 | 409
  /** Whether what is in Deleted Items is found by its immutable id. */
  readonly amongDeleted?: boolean | undefined
}

export interface Found {
  readonly instance: Instance
  /** The calendar it is in, or was in before it was deleted. */
  readonly calendar: Calendar
  readonly isDeleted: boolean
}

export interface CreateOptions {
  readonly calendarId?: string | undefined
  /** Someone else who organises the meeting: the new event is an attendee's copy, and nobody is told about it. */
  readonly organizer?: EmailAddress
  /** The status that a reused `transactionId` is refused with; public clients have met both. */
  readonly duplicateStatus?: 400 | 409
  /** For how long a `transactionId` is known; for ever where nothing is said. */
  readonly transactionMemoryMs?: number
}

/** The events of a mailbox. Bodies are Graph JSON as a client sends it; ids may have either form. */
export interface Events extends Recipient {
  /** People who are invited get a mail, and a copy where they have a mailbox here; so with each change below. */
  create(body: unknown, options?: CreateOptions): Instance
  /** @throws MailboxFailure `ErrorItemNotFound`, also for a cancelled occurrence. */
  find(id: string, condition?: Pick<Condition, 'amongDeleted'>): Found
  /**
   * Changing an occurrence makes it an exception; changing times or recurrence of a series drops its exceptions. Nobody
   * sees a change of what is in Deleted Items.
   */
  patch(id: string, body: unknown, condition?: Condition): Instance
  /**
   * Deleting an occurrence leaves a cancelled date behind; deleting a master deletes all of the series. The organiser
   * calls a meeting off with it; an attendee only removes the copy, and nobody hears of it. What is whole goes to the
   * Deleted Items of its owner.
   */
  remove(id: string, condition?: Condition): void
  /**
   * Answers an invitation, or one occurrence of it. Declining removes it, as Outlook does.
   * @param isSent whether the organiser is told; else the answer stays with the person
   */
  respond(id: string, response: Response, isSent?: boolean): void
  /** Gives the event a new version without changing it, as Exchange's own housekeeping does. */
  touch(id: string): void
  view(window: Window, calendarId?: string): Instance[]
  instances(masterId: string, window: Window): Instance[]
  /** Takes in an item as it is, with all it brings; the one way past the rules. Used for payloads from outside. */
  adopt(item: Omit<Item, 'position' | 'version'>, calendarId?: string): void
}

interface Dependencies {
  readonly owner: Person
  readonly calendar: (id?: string) => Calendar
  readonly calendars: () => Calendar[]
  readonly meetings: Meetings
  readonly clock: Clock
  readonly random: Random
  readonly ids: { next(): string }
}

export function createEvents({ owner, calendar, calendars, meetings, clock, random, ids }: Dependencies): Events {
  const transactions = new Map<string, { readonly id: string; readonly at: EpochMs }>()
  const deletedItems = createDeletedItems()
  let version = 0

  function find(id: string, { amongDeleted = false }: Pick<Condition, 'amongDeleted'> = {}): Found {
    const key = fromRegularId(id)
    const { masterId, date } = parseOccurrenceId(key) ?? {}
    const instanceOf = (item: Item) => (date === undefined ? whole(item) : occurrenceOn(item, date))
    for (const each of calendars()) {
      // Payloads from outside have ids of their own, which may look like the second form of one of ours.
      const item = each.store.items.get(masterId ?? key) ?? each.store.items.get(id)
      if (item) return { calendar: each, instance: instanceOf(item), isDeleted: false }
    }
    const deleted = amongDeleted && id === key ? deletedItems.get(masterId ?? key) : undefined
    if (deleted === undefined) throw itemNotFound()
    return { ...deleted, instance: instanceOf(deleted.item), isDeleted: true }
  }

  function findWritable(id: string, { ifMatch, conflictStatus = 412, amongDeleted }: Condition = {}): Found {
    const found = find(id, { amongDeleted })
    if (!found.calendar.canEdit) throw accessDenied()
    const current = `W/"${changeKeyOf(found.instance.item)}"`
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== current) throw staleChangeKey(conflictStatus)
    return found
  }

  /** In a shared calendar the versions of two mailboxes meet; a new one is above both. */
  function renew(item: Item): void {
    version = Math.max(version, item.version) + 1
    item.version = version
    item.modifiedAt = clock.now()
  }

  function commit(item: Item, { store }: Calendar, date?: string): void {
    renew(item)
    delete item.verbatim
    store.changed(item, date === undefined ? undefined : occurrenceId(item.id, date))
  }

  function newIdentity({ store }: Calendar) {
    version += 1
    const now = clock.now()
    return { id: ids.next(), position: store.positions.length, version, createdAt: now, modifiedAt: now }
  }

  const stored = (given: Fields, before: Fields, id: string): Fields =>
    storedFields(withPlaces(given), before, () => joinUrlFrom(`${id} ${version}`, owner))

  function create(body: unknown, options: CreateOptions = {}): Instance {
    const target = calendar(options.calendarId)
    if (!target.canEdit) throw accessDenied()
    const draft = parseDraft(body)
    const burnt = transactions.get(draft.transactionId ?? '')
    if (burnt !== undefined && clock.now() - burnt.at < (options.transactionMemoryMs ?? Number.POSITIVE_INFINITY))
      throw duplicateTransaction(options.duplicateStatus ?? 400, burnt.id)
    if (draft.span === undefined) throw invalidRequest('An event needs a start and an end.')
    const identity = newIdentity(target)
    const item = newItem(draft, options.organizer, {
      ...identity,
      span: draft.span,
      fields: stored(draft.fields, {}, identity.id),
      iCalUId: `040000008200E00074C5B7101A82E008${Buffer.from(random.bytes(24)).toString('hex').toUpperCase()}`,
    })
    if (draft.transactionId) transactions.set(draft.transactionId, { id: item.id, at: clock.now() })
    target.store.add(item)
    if (item.organizer === undefined) meetings.changed(undefined, whole(item), target.owner, false)
    return whole(item)
  }

  function patch(id: string, body: unknown, condition?: Condition): Instance {
    const { instance, calendar: home, isDeleted } = findWritable(id, condition)
    const { item, date } = instance
    const draft = parseDraft(body, instance.span)
    if (item.organizer) checkPersonal(namedIn(draft))
    const fields = stored(draft.fields, instance.fields, item.id)
    if (isDeleted) checkUninvited({ ...instance.fields, ...fields })
    if (date === undefined) editWhole(item, draft, fields)
    else editOccurrence(instance, date, draft, fields)
    const after = date === undefined ? whole(item) : occurrenceOn(item, date)
    if (isDeleted) {
      renew(item)
      return after
    }
    commit(item, home, date)
    const attendeesOnly = namedIn(draft).join() === 'attendees' && draft.extended.length === 0
    if (item.organizer === undefined) meetings.changed(instance, after, home.owner, attendeesOnly)
    return after
  }

  function remove({ instance, calendar: home, isDeleted }: Found): void {
    const { item, date } = instance
    if (isDeleted) throw cannotDelete()
    if (date === undefined) {
      home.store.remove(item)
      renew(item)
      if (home.owner.address === calendar().owner.address) deletedItems.put({ item, calendar: home })
    } else {
      cancelOccurrence(item, date)
      commit(item, home, date)
    }
  }

  return {
    create,
    find,
    patch,
    remove(id, condition) {
      const found = findWritable(id, condition)
      remove(found)
      if (found.instance.item.organizer === undefined) meetings.calledOff(found.instance, found.calendar.owner)
    },
    respond(id, response, isSent = true) {
      const found = findWritable(id)
      const { item, date } = found.instance
      const organizer = organizerToAnswer(found.instance, response, isSent)
      const time = new Date(clock.now()).toISOString()
      if (response === 'declined') remove(found)
      else {
        noteResponse(found.instance, response, time)
        commit(item, found.calendar, date)
      }
      const about = item.occurrenceOf ?? { iCalUId: item.iCalUId, date }
      const from = found.calendar.owner.address.toLowerCase()
      if (isSent) meetings.reply(found.instance, organizer, { ...about, from, answer: { response, time } })
    },
    ...createInbox({ home: () => calendar(), calendars, newIdentity, commit }),
    touch(id) {
      const { instance, calendar: home, isDeleted } = find(id, { amongDeleted: true })
      if (isDeleted) renew(instance.item)
      else commit(instance.item, home)
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
