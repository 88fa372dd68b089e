import { type Attendee, DESCRIPTION_MAX } from '../events/event.ts'
import type { Overruled } from './action.ts'
import { type Agreement, markerOf } from './agreement.ts'
import { areInvited, listAfter, sameGuests } from './attendees.ts'
import { beginsWith, FIELD_NAMES, FIELDS, sameValue } from './fields.ts'
import { merge, newContent } from './merge.ts'
import type { RejectReason } from './reasons.ts'
import type { Current, Snapshot } from './snapshot.ts'
import { BLANK, type Wanted } from './wanted.ts'
import { bounded, isEmpty, joinWanted, type Wishes, wantedOfNew } from './wishes.ts'
import type { Call, EventPatch } from './writer.ts'

/** The state an action, or several of them together, wants an event to be in. */
export type Desired =
  | { readonly kind: 'upsert'; readonly wishes: Wishes }
  /** `asked` is what may have been asked for before without an answer. */
  | { readonly kind: 'delete'; readonly asked: Wanted }
  | { readonly kind: 'respond'; readonly response: 'accepted' | 'tentative' | 'declined' }

/** What has to be known of the calendar an event is in, or is to be in. */
export interface Place {
  readonly providerId: string
  readonly writable: boolean
  readonly deleted: boolean
  readonly onlineMeetings: boolean
  /** It may hold events of ours that no agreement knows: the account was erased, or restored. Absent until that was asked. */
  readonly mayHoldUnclaimed?: boolean | undefined
}

/** @returns the calendar's place; one that is not known counts as deleted. */
export const placeOf = (calendars: readonly (Place & { readonly key: string })[], key: string): Place =>
  calendars.find((calendar) => calendar.key === key) ?? NOWHERE

const NOWHERE: Place = { providerId: '', writable: false, deleted: true, onlineMeetings: false }

export interface Base {
  readonly agreement: Agreement
  /** What the integrator's decision is based on; undefined when nothing is known of it. */
  readonly snapshot: Snapshot | undefined
  /** Whether the event was there once, and is known to be deleted when it is not there now. */
  readonly existed: boolean
}

/** What to do about an event. No call means that the outcome is known already. */
export type Plan =
  | {
      readonly outcome: 'write'
      readonly call: Call
      readonly overruled: readonly Overruled[]
      /** To be stored before the call, where the call depends on it: a marker that nobody remembers is burnt. */
      readonly agreement?: Agreement | undefined
    }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'rejected'; readonly reason: RejectReason }

const UNCHANGED: Plan = { outcome: 'unchanged' }
const rejected = (reason: RejectReason): Plan => ({ outcome: 'rejected', reason })
const write = (call: Call, overruled: readonly Overruled[] = []): Plan => ({ outcome: 'write', call, overruled })

/**
 * Decides what brings an event into the desired state, field by field. Pure.
 *
 * An edit beats a deletion, on both sides: who asks for something new brings back an event that was deleted in Microsoft
 * 365, and a deletion gives way to an edit made in Microsoft 365 that its integrator cannot have seen. Who only repeats
 * what was agreed on respects the deletion.
 * @param current the event as the provider holds it; undefined when a 404 was seen or it was never created.
 */
export function plan(desired: Desired, base: Base, current: Current | undefined, place: Place): Plan {
  if (desired.kind === 'delete') return planDeletion(desired.asked, base, current, place)
  if (place.deleted) return rejected('calendar_gone')
  if (desired.kind === 'respond') return planResponse(desired.response, current)
  if (!place.writable) return rejected('calendar_read_only')
  if (current === undefined) return planCreation(desired.wishes, base, place)
  return planUpdate(desired.wishes, base, current, place)
}

function planDeletion(asked: Wanted, { snapshot, agreement }: Base, current: Current | undefined, place: Place): Plan {
  if (current === undefined) return UNCHANGED
  // One list that lacks a calendar may be wrong: what is in it is asked for all the same.
  if (!place.writable && !place.deleted) return rejected('calendar_read_only')
  const isKnown =
    snapshot === undefined ? saysAsAsked(agreement.sent, asked, current) : saysNoMore(snapshot, asked, current)
  if (!isKnown) return rejected('changed_meanwhile')
  return write({ kind: 'delete', providerId: current.providerId, etag: current.etag })
}

/**
 * Where no answer has ever told what was stored, what was sent is what the integrator knows: with the first try, or with a
 * later one that asked for more.
 */
const saysAsAsked = (sent: Wanted, later: Wanted, current: Snapshot): boolean =>
  areInvited(current.content.attendees, [sent.attendees, later.attendees]) &&
  FIELD_NAMES.every((name) => {
    const now = FIELDS[name].of(current)
    const first = sent[name] ?? BLANK[name]
    if (first === undefined || now === undefined) return true
    if (name === 'description') return isDescribed(current, sent.description ?? BLANK.description, later.description)
    return sameValue(name, first, now) || sameValue(name, later[name], now)
  })

/**
 * What is other than it was is what the integrator has asked for since: a try whose answer was lost may have written it.
 * In doubt, as of HTML, somebody has edited it.
 */
const saysNoMore = (before: Snapshot, asked: Wanted, current: Snapshot): boolean =>
  hasGuestsAsAsked(before.content.attendees, asked, current.content.attendees) &&
  FIELD_NAMES.every((name) => {
    const [then, now] = [FIELDS[name].of(before), FIELDS[name].of(current)]
    if (then === undefined || now === undefined) return true
    return sameValue(name, then, now) || sameValue(name, asked[name], now)
  })

const hasGuestsAsAsked = (before: readonly Attendee[], { attendees }: Wanted, now: readonly Attendee[]): boolean =>
  sameGuests(before, now) || sameGuests((attendees && listAfter(before, attendees)) ?? before, now)

/** HTML never reads back the same, and a text that is too long to be kept reads back cut. */
const isDescribed = (snapshot: Snapshot, ...asked: readonly Wanted['description'][]): boolean =>
  asked.some((one) => {
    if (!one) return false
    const now = { format: 'text', content: snapshot.content.description } as const
    if (one.format === 'html' || sameValue('description', one, now)) return true
    return now.content.length >= DESCRIPTION_MAX && beginsWith(one, now)
  })

/** Whether two snapshots differ in nothing that can be written. */
export const saysTheSame = (one: Snapshot, other: Snapshot): boolean =>
  sameGuests(one.content.attendees, other.content.attendees) &&
  FIELD_NAMES.every((name) => {
    const { of } = FIELDS[name]
    const [before, now] = [of(one), of(other)]
    return before === undefined || now === undefined || sameValue(name, before, now)
  })

function planResponse(response: 'accepted' | 'tentative' | 'declined', current: Current | undefined): Plan {
  if (current === undefined) return rejected('event_gone')
  const { organizedByAccount, participation, answersWanted } = current.content
  if (organizedByAccount) return rejected('not_invited')
  if (participation === response) return UNCHANGED
  return write({ kind: 'respond', providerId: current.providerId, response, isTold: answersWanted !== false })
}

function planCreation(wishes: Wishes, { agreement, existed }: Base, place: Place): Plan {
  if (agreement.eventId === undefined) return rejected('event_gone')
  if (existed && isEmpty(wishes.changed)) return UNCHANGED
  const wanted = joinWanted(agreement.sent, wantedOfNew(wishes))
  // Who changes some fields of an event by our key has said nothing of the rest: it cannot be made of them.
  if (wanted.times === undefined) return rejected('event_gone')
  if (wanted.conferencing === 'teams' && !place.onlineMeetings) return rejected('conferencing_unavailable')
  const attempt = triedWith(existed ? nextGeneration(agreement) : agreement, wanted)
  const [marker, content] = [markerOf(attempt), newContent(wanted)]
  const call: Call = { kind: 'create', calendarProviderId: place.providerId, content, marker }
  return { outcome: 'write', call, overruled: [], agreement: attempt }
}

const nextGeneration = (agreement: Agreement): Agreement => ({
  ...agreement,
  generation: agreement.generation + 1,
  ...{ providerId: undefined, stored: undefined, movedTo: undefined, sent: {} },
  ...{ attemptedAt: undefined, attemptedSince: undefined },
})

/**
 * What the first try asks for is taken as sent: when its answer is lost and the event is found later, what differs there
 * was changed in Microsoft 365 after it. A later try may ask for more, and nobody knows which of them made the event.
 */
const triedWith = (agreement: Agreement, wanted: Wanted): Agreement =>
  Object.keys(agreement.sent).length > 0 ? agreement : { ...agreement, sent: bounded(wanted) }

function planUpdate({ changed }: Wishes, base: Base, current: Current, place: Place): Plan {
  const { patch, overruled } = merge(changed, base.snapshot, current, base.agreement.sent)
  const reason = refusal(changed, patch, current, place)
  if (reason !== undefined) return rejected(reason)
  if (Object.keys(patch).length === 0) return UNCHANGED
  return write({ kind: 'update', providerId: current.providerId, etag: current.etag, patch }, overruled)
}

/** The fields an attendee may set on the own copy; everything else is the organizer's. */
const OWN_FIELDS: readonly (keyof EventPatch)[] = ['reminderMinutes', 'transparency', 'sensitivity', 'categories']

function refusal(
  changed: Wishes['changed'],
  patch: EventPatch,
  current: Current,
  place: Place,
): RejectReason | undefined {
  const fields = Object.keys(patch) as (keyof EventPatch)[]
  const { content, kind } = current
  if (!content.organizedByAccount && fields.some((field) => !OWN_FIELDS.includes(field))) return 'organizer_only'
  if (changed.conferencing === 'none' && content.onlineMeeting !== undefined) return 'conferencing_fixed'
  if (patch.conferencing === 'teams' && !place.onlineMeetings) return 'conferencing_unavailable'
  const isOccurrence = kind === 'occurrence' || kind === 'exception'
  return isOccurrence && 'recurrence' in patch ? 'occurrence_only' : undefined
}
