import { SyncError } from '../core/errors.ts'
import { type Random, randomId } from '../core/random.ts'
import type { Clock } from '../core/time.ts'
import type { CalendarState } from '../pull/state.ts'
import type { Action, ActionRequest, Target } from './action.ts'
import { type Agreement, agreementKeyOf, mayExist } from './agreement.ts'
import type { Changes, EventName, Lots, Requester } from './changes.ts'
import { alone, createLot, type Intake } from './lot.ts'
import type { ActionLog, ActionSessions, Waking } from './ports.ts'
import type { Cached, PushSession } from './session.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'
import { versionOf } from './version.ts'
import type { Wanted } from './wanted.ts'

export interface AcceptDependencies {
  readonly sessions: ActionSessions
  readonly log: ActionLog
  readonly waking: Waking
  readonly clock: Clock
  readonly random: Random
  readonly digest: (value: unknown) => string
}

/** Takes integrators' requests: checks them against what is known, stores them as actions, and wakes the account. */
export function createChanges(dependencies: AcceptDependencies): Changes & Lots {
  const { log, clock, random, digest } = dependencies
  const intakeOf = (who: Requester): Intake => who.intake ?? alone(dependencies, who.account)

  async function openAccount(who: Requester) {
    const session = await intakeOf(who).open()
    // Until the person has connected again nothing can be done, and nobody knows whether they ever will.
    if (session?.push.head.state === 'needs-reconnect')
      throw new SyncError('RECONNECT_REQUIRED', 'the person has to connect again')
    return session
  }

  async function open(who: Requester, calendarKey: string) {
    const session = await openAccount(who)
    const calendar = session?.calendars.find(({ key, deleted }) => key === calendarKey && !deleted)
    if (session === undefined || calendar === undefined) throw notFound('no such calendar')
    return { calendar, push: session.push }
  }

  async function accept(who: Requester, request: ActionRequest, agreement?: Agreement): Promise<Action> {
    const target = request.kind === 'delete-all' ? undefined : request.target
    const draft = {
      token: randomId(random),
      integrator: who.integrator,
      acceptedAt: clock.now(),
      settledBefore: agreement?.settled ?? 0,
      state: 'pending' as const,
      request,
      kind: request.kind,
      eventId: target?.eventId,
      overruled: [],
      tries: 0,
    }
    return intakeOf(who).append(draft, who.key)
  }

  return {
    lot: (account, size) => createLot(dependencies, account, size),
    async upsert(who, calendarKey, event, wanted, basedOn) {
      const { calendar, push } = await open(who, calendarKey)
      mustBeWritable(calendar)
      const found = await find(push, who, calendar, event)
      if (isPartial(wanted) && !isThere(found)) throw notFound('no such event to be changed')
      const seen = seenOf(found, 'key' in event, basedOn, digest)
      return accept(who, { kind: 'upsert', target: found.target, wanted, seen }, found.agreement)
    },
    async delete(who, calendarKey, event) {
      const { calendar, push } = await open(who, calendarKey)
      mustBeWritable(calendar)
      const found = await find(push, who, calendar, event)
      if (!isThere(found) && !push.hasPending && !intakeOf(who).hasEarlier) return undefined
      return accept(
        who,
        { kind: 'delete', target: found.target, seen: found.cached && snapshotOf(found.cached) },
        found.agreement,
      )
    },
    async deleteAll(who, calendars) {
      const session = await openAccount(who)
      const isKnown = (key: string) => session?.calendars.some((calendar) => calendar.key === key)
      if (session === undefined || calendars?.some((key) => !isKnown(key))) throw notFound('no such calendar')
      return accept(who, { kind: 'delete-all', calendars })
    },
    async respond(who, calendarKey, key, response) {
      const { calendar, push } = await open(who, calendarKey)
      const cached = await cachedIn(push, calendar, key)
      const agreementKey = push.names.agreement(who.integrator, calendar.key, { key })
      const target = { agreement: agreementKey, calendar: calendar.key, providerId: cached.providerId }
      const agreement = (await push.agreements([agreementKey])).get(agreementKey)
      return accept(who, { kind: 'respond', target, response }, agreement)
    },
    async action(who, number, token) {
      const action = await log.get(who.account, number)
      if (action?.token === token && action.integrator === who.integrator) return action
      throw notFound('no such action')
    },
  }
}

const notFound = (what: string) => new SyncError('NOT_FOUND', what)

function mustBeWritable({ writable }: CalendarState): void {
  if (!writable) throw new SyncError('CALENDAR_READ_ONLY', 'the calendar is read-only')
}

/** What is known of an event that an integrator names. */
interface Found {
  readonly target: Target
  readonly agreement: Agreement | undefined
  readonly cached: Cached | undefined
}

const isThere = ({ target, agreement }: Found): boolean =>
  target.providerId !== undefined || (agreement !== undefined && mayExist(agreement))

/** Too little to make an event of. */
const isPartial = ({ summary, times }: Wanted): boolean => summary === undefined || times === undefined

const find = (push: PushSession, who: Requester, calendar: CalendarState, event: EventName): Promise<Found> =>
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

async function cachedIn(push: PushSession, calendar: CalendarState, key: string): Promise<Cached> {
  const cached = await push.cached(key)
  if (cached?.calendar !== calendar.key) throw notFound('no such event')
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

/** Who names no version of an event it did not create is taken to have seen the cache: nobody else tells it anything. */
function seenOf(
  { cached }: Found,
  isByKey: boolean,
  basedOn: string | undefined,
  digest: AcceptDependencies['digest'],
): Snapshot | undefined {
  if (cached === undefined) return undefined
  if (basedOn === undefined) return isByKey ? snapshotOf(cached) : undefined
  return digest(versionOf(cached)) === basedOn ? snapshotOf(cached) : undefined
}
