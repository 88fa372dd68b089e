import { SyncError } from '../core/errors.ts'
import type { CalendarState } from '../pull/state.ts'
import type { Target } from './action.ts'
import { type Agreement, agreementKeyOf, mayExist } from './agreement.ts'
import type { EventName, Requester } from './changes.ts'
import type { Cached, PushSession } from './session.ts'

/** What is known of an event that an integrator names. */
export interface Found {
  readonly target: Target
  readonly agreement: Agreement | undefined
  readonly cached: Cached | undefined
}

/** Whether there is an event, or may be one. */
export const isThere = ({ target, agreement }: Found): boolean =>
  target.providerId !== undefined || (agreement !== undefined && mayExist(agreement))

/** @throws SyncError `NOT_FOUND` when it is not in the calendar, `EVENT_NOT_OWN` when the integrator may not change it. */
export const findEvent = (
  push: PushSession,
  who: Requester,
  calendar: CalendarState,
  event: EventName,
): Promise<Found> =>
  'eventId' in event ? findManaged(push, who, calendar, event.eventId) : findByKey(push, who, calendar, event.key)

async function findManaged(
  push: PushSession,
  who: Requester,
  calendar: CalendarState,
  eventId: string,
): Promise<Found> {
  const key = push.names.agreement(who.integrator, calendar.key, { eventId })
  const agreement = (await push.agreements([key])).get(key)
  const isHere = agreement !== undefined && mayExist(agreement)
  const moved = isHere ? undefined : await findMovedHere(push, who, calendar, eventId)
  if (moved !== undefined) return moved
  const providerId = agreement?.providerId
  const cached = providerId === undefined ? undefined : await push.cached(push.names.item(providerId))
  return { target: { agreement: key, calendar: calendar.key, eventId }, agreement, cached }
}

/** A person has moved the event here from the calendar it was made in, or that calendar has another id now. */
async function findMovedHere(
  push: PushSession,
  who: Requester,
  calendar: CalendarState,
  eventId: string,
): Promise<Found | undefined> {
  const others = push.calendars.filter(({ key }) => key !== calendar.key)
  const keys = others.map(({ key }) => push.names.agreement(who.integrator, key, { eventId }))
  for (const agreement of (await push.agreements(keys)).values()) {
    const { key, providerId } = agreement
    const cached = providerId === undefined ? undefined : await push.cached(push.names.item(providerId))
    const target = { agreement: key, calendar: calendar.key, eventId }
    if (cached?.calendar === calendar.key) return { target, agreement, cached }
  }
  return undefined
}

/** An event of the cache, by our key of it; a series is none. @throws SyncError `NOT_FOUND`. */
export async function cachedIn(push: PushSession, calendar: CalendarState, key: string): Promise<Cached> {
  const cached = await push.cached(key)
  if (cached?.calendar !== calendar.key || cached.kind === 'series') throw new SyncError('NOT_FOUND', 'no such event')
  return cached
}

/**
 * An event by our key of it. The integrator's own event is the same by both of its names; an occurrence of its own series
 * is its to change, everything else needs the person's permission.
 */
async function findByKey(push: PushSession, who: Requester, calendar: CalendarState, key: string): Promise<Found> {
  const cached = await cachedIn(push, calendar, key)
  const own = await ownAgreement(push, who, cached)
  if (own?.eventId !== undefined && cached.kind === 'single')
    return { target: { agreement: own.key, calendar: calendar.key, eventId: own.eventId }, agreement: own, cached }
  if (own === undefined && !mayChangeAllIn(who, calendar))
    throw new SyncError('EVENT_NOT_OWN', 'the integrator may change its own events only')
  const agreementKey = push.names.agreement(who.integrator, calendar.key, { key })
  const agreement = (await push.agreements([agreementKey])).get(agreementKey)
  const target = { agreement: agreementKey, calendar: calendar.key, providerId: cached.providerId }
  return { target, agreement, cached }
}

const mayChangeAllIn = ({ unrestricted, unrestrictedIn = [] }: Requester, { key }: CalendarState): boolean =>
  unrestricted || unrestrictedIn.includes(key)

/** A copy that somebody made of a managed event has its marker too, and is nobody's. */
async function ownAgreement(push: PushSession, who: Requester, cached: Cached): Promise<Agreement | undefined> {
  const key = agreementKeyOf(cached.content.marker)
  const agreement = key === undefined ? undefined : (await push.agreements([key])).get(key)
  const isIt = agreement?.providerId === (cached.seriesProviderId ?? cached.providerId)
  return isIt && agreement?.integrator === who.integrator ? agreement : undefined
}
