import { type EpochMs, elapsed, minutes } from '../core/time.ts'
import { instantOf } from '../events/window.ts'
import type { Action, Overruled } from './action.ts'
import type { Agreement } from './agreement.ts'
import { askedBy, type Work } from './collapse.ts'
import { type Desired, type Place, plan } from './plan.ts'
import type { RejectReason } from './reasons.ts'
import type { Cached } from './session.ts'
import type { Current, Snapshot } from './snapshot.ts'
import { settled } from './task-end.ts'
import { addWishes, NO_WISHES, type Wishes, wantedOfNew } from './wishes.ts'
import type { Call, EventPatch, ProviderItem } from './writer.ts'

/** One event on its way into the desired state: what is known of it so far. */
export interface Task {
  readonly work: Work
  readonly agreement: Agreement
  readonly place: Place
  /** Key of the calendar that the event is in, as far as is known. */
  readonly calendar: string
  readonly wishes: Wishes
  /** As the provider holds it; null when a 404 was seen or it was never created; undefined while that is not known. */
  readonly current: Current | null | undefined
  /** When the cache last heard something new of it, where the cache knows it. */
  readonly heardAt?: EpochMs | undefined
  /** The part of the body that carries the online meeting, once it was asked for. */
  readonly meetingBlob?: string | undefined
  /** Numbers of other integrators' earlier actions that want fields of this event which this task changes. */
  readonly rivals: readonly number[]
  /** What the call that is under way replaces. */
  readonly overruled: readonly Overruled[]
  /** The event as it was read for this task: it may hold edits that the cache has not heard of. */
  readonly read?: ProviderItem | undefined
  /** It was created by an earlier attempt of ours. */
  readonly adopted: boolean
  /** A 404 was seen for its name alone: it is asked for in its calendar from then on. */
  readonly inCalendar: boolean
  /** Its name did not lead to it, and it was looked for, or is being. */
  readonly sought: boolean
  /** The cache holds it as it is, or a calendar was seen to. */
  readonly isListed: boolean
  /**
   * The provider's names of other calendars in which it is still to be looked for: somebody may have moved it there.
   * Undefined until the mailbox was asked which there are. `place` and `calendar` stay what they were.
   */
  readonly elsewhere?: readonly string[] | undefined
  /** A creation of it may still be under way, in a handler that is slower than this one. */
  readonly mayArrive: boolean
}

/** How a task ends. */
export type Result =
  | {
      readonly state: 'applied' | 'unchanged'
      readonly agreement: Agreement
      readonly overruled: readonly Overruled[]
      /** What the cache learns. */
      readonly learned?: Learned | undefined
      /** Whether nobody but the integrator has changed what the cache learns, since this task has looked at it. */
      readonly isOwn: boolean
    }
  | { readonly state: 'rejected'; readonly reason: RejectReason }
  | { readonly state: 'later'; readonly throttled: boolean; readonly retryAfterMs?: number | undefined }

export type Learned = ProviderItem | { readonly kind: 'removed'; readonly providerId: string }

export type Step =
  | { readonly kind: 'call'; readonly task: Task; readonly call: Call }
  | { readonly kind: 'end'; readonly task: Task; readonly result: Result }

/** An end of the task with all that is known by then: where its event is counts also when nothing is written. */
export const end = (task: Task, result: Result): Step => ({ kind: 'end', task, result })
export const rejected = (task: Task, reason: RejectReason): Step => end(task, { state: 'rejected', reason })

/** Longer than any request of ours is waited for. */
const SLOWEST_CALL = minutes(2)
/** More than our clocks and Microsoft's ever differ by. */
const MOST_SKEW = minutes(6)

/** A task at its beginning. @param cached the event as the cache holds it, if it does. */
export function begin(work: Work, agreement: Agreement, place: Place, cached: Cached | undefined, now: EpochMs): Task {
  const { attemptedAt } = agreement
  const wishes = wishesOf(work, agreement)
  return {
    ...{ work, agreement, place, wishes, rivals: [], overruled: [], adopted: false },
    ...{ inCalendar: false, sought: false, isListed: cached !== undefined },
    mayArrive: attemptedAt !== undefined && elapsed(attemptedAt, now) < SLOWEST_CALL,
    calendar: cached?.calendar ?? work.target.calendar,
    heardAt: cached?.heardAt,
    current: cached ?? (isToBeSought(agreement, work, place, now) ? undefined : null),
  }
}

const wishesOf = ({ actions }: Work, agreement: Agreement): Wishes =>
  actions.reduce((before, action) => wishesWith(agreement, before, action), NO_WISHES)

/**
 * A task that has found its event and read it. What its tries have sent counts as known only where one of them made the
 * event. An older one was made before an erasure, or after the backup that was restored, and says none of it.
 */
export function adopting(task: Task, { content: { createdAt } }: Current): Task {
  const { work, agreement, adopted } = task
  const { attemptedSince } = agreement
  if (!adopted || createdAt === undefined || attemptedSince === undefined) return task
  const isOlder = elapsed(createdAt, attemptedSince) > MOST_SKEW
  return isOlder ? { ...task, wishes: wishesOf(work, { ...agreement, sent: {}, sentBy: {} }) } : task
}

/** What an action adds to the wishes before it. */
export const wishesWith = (agreement: Agreement, before: Wishes, { request, settledBefore }: Action): Wishes =>
  request?.kind === 'upsert' ? addWishes(before, request, agreement, settledBefore) : before

/**
 * Whether the event may be there although it is not known under which name: it is looked for. A creation that is tried again
 * soon finds out by its `transactionId`; for how long Exchange knows that is not documented.
 */
function isToBeSought(
  { providerId, eventId, attemptedAt, attemptedSince }: Agreement,
  { last }: Work,
  { mayHoldUnclaimed = true, writable, deleted }: Place,
  now: EpochMs,
): boolean {
  if (providerId !== undefined) return true
  const isToBeMade = eventId !== undefined && last.kind === 'upsert' && writable && !deleted
  if (attemptedAt === undefined) return mayHoldUnclaimed && isToBeMade
  return last.kind === 'delete' || elapsed(attemptedSince ?? attemptedAt, now) >= SLOWEST_CALL
}

/**
 * What is to be done next. Pure. What the cache does not hold is believed to be there when its calendar shows it: its name
 * answers from Deleted Items too, where changes are taken and nobody sees them. A guest list is written as a whole, and who
 * is missing from it gets a cancellation: the event is read before, since Microsoft 365 does not check the version reliably.
 */
export function nextStep(task: Task): Step {
  const { current, agreement, place, meetingBlob } = task
  if (current === undefined) return ask(task, lookUp(task))
  if (current !== null && !task.isListed && place.providerId !== '') return ask(task, searchIn(task, place.providerId))
  const existed = agreement.providerId !== undefined || task.adopted
  const base = { agreement, snapshot: baseOf(task), existed }
  const planned = plan(desiredOf(task), base, current ?? undefined, place)
  if (planned.outcome === 'rejected') return rejected(task, planned.reason)
  if (planned.outcome === 'unchanged') return end(task, settled(task, 'unchanged', current ?? undefined))
  const next = { ...task, agreement: planned.agreement ?? agreement, overruled: planned.overruled }
  const { call } = planned
  if (call.kind === 'update' && call.patch.attendees !== undefined && task.read === undefined)
    return ask(task, { kind: 'read', providerId: call.providerId })
  if (call.kind !== 'update' || call.patch.description === undefined || !current?.content.onlineMeeting)
    return ask(next, call)
  if (meetingBlob === undefined) return ask(task, { kind: 'meeting', providerId: call.providerId })
  return ask(next, { ...call, meetingBlob })
}

/** The call as the provider knows its event. */
export const ask = (task: Task, call: Call): Step => {
  const { inCalendar, place } = task
  const isNamed = 'providerId' in call && call.kind !== 'listed' && inCalendar
  return { kind: 'call', task, call: isNamed ? { ...call, calendarProviderId: place.providerId } : call }
}

/** What is ours is known by its marker. */
function lookUp(task: Task): Call {
  const { agreement, place } = task
  const { eventId, providerId } = agreement
  const isByMarker = providerId === undefined || (eventId !== undefined && place.providerId !== '')
  return isByMarker ? findIn(task) : { kind: 'read', providerId }
}

/** Asks a calendar for the event: by its marker where it is ours, and else whether it shows what was read. */
export function searchIn(task: Task, calendarProviderId: string): Call {
  const { current, agreement } = task
  if (!current || agreement.eventId !== undefined) return { ...findIn(task), calendarProviderId }
  const { providerId, content } = current
  return { kind: 'listed', calendarProviderId, providerId, at: instantOf(content.start) }
}

/**
 * Asks for the event of the task's marker. The event may have been made anew since: what an erasure or a restore has taken
 * away counted further than the agreement does.
 */
export const findIn = ({ agreement, place }: Pick<Task, 'agreement' | 'place'>): Call & { readonly kind: 'find' } => ({
  kind: 'find',
  calendarProviderId: place.providerId,
  key: agreement.key,
  since: agreement.generation,
  knownAs: agreement.providerId,
})

/** The agreement as it has to be stored before its event is created: a crash after the call finds the event again. */
export const attemptOf = ({ agreement, work }: Task, now: EpochMs): Agreement => ({
  ...agreement,
  attemptedAt: now,
  attemptedSince: agreement.attemptedSince ?? agreement.attemptedAt ?? now,
  sentBy: agreement.attemptedAt === undefined ? { ...agreement.sentBy, ...askedBy(work) } : agreement.sentBy,
})

function desiredOf({ work: { last }, wishes }: Task): Desired {
  if (last.request?.kind === 'respond') return { kind: 'respond', response: last.request.response }
  return last.kind === 'delete' ? { kind: 'delete', asked: wantedOfNew(wishes) } : { kind: 'upsert', wishes }
}

/** What the integrator's decision is based on: what it has seen, unless a write of its own has come after that. */
function baseOf({ work: { last }, agreement }: Task): Snapshot | undefined {
  const seen = last.request !== undefined && 'seen' in last.request ? last.request.seen : undefined
  return seen === undefined || agreement.storedBy > last.settledBefore ? agreement.stored : seen
}

/** The fields a call writes. */
export const patchOf = (call: Call): EventPatch => (call.kind === 'update' ? call.patch : {})
