import { SyncError } from '../core/errors.ts'
import { type Random, randomId } from '../core/random.ts'
import { type Clock, minutes } from '../core/time.ts'
import { assertCalendarsKnown } from '../pull/known-calendars.ts'
import type { CalendarState } from '../pull/state.ts'
import type { Action, ActionRequest } from './action.ts'
import type { Agreement } from './agreement.ts'
import type { Changes, EventName, Lots, Requester } from './changes.ts'
import { cachedIn, type Found, findEvent, isThere } from './find-event.ts'
import { alone, createLot, type Intake, type OpenAccount } from './lot.ts'
import type { AccountFor, ActionLog, ActionSessions, Waking } from './ports.ts'
import type { PushSession } from './session.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'
import { versionOf } from './version.ts'
import type { Wanted } from './wanted.ts'

export interface AcceptDependencies {
  readonly sessions: ActionSessions
  readonly log: ActionLog
  readonly waking: Waking
  readonly accountFor: AccountFor
  readonly clock: Clock
  readonly random: Random
  readonly digest: (value: unknown) => string
}

/** Takes integrators' requests: checks them against what is known, stores them as actions, and wakes the account. */
export function createChanges(dependencies: AcceptDependencies): Changes & Lots {
  const { log, clock, random, digest } = dependencies
  const intakeOf = (who: Requester): Intake => who.intake ?? alone(dependencies, who.account)

  const look = <T>(who: Requester, read: (account: OpenAccount) => Promise<T>): Promise<T> =>
    intakeOf(who).look(async (account) => {
      // Until the person has connected again nothing can be done, and nobody knows whether they ever will.
      if (account?.push.head.state === 'needs-reconnect')
        throw new SyncError('RECONNECT_REQUIRED', 'the person has to connect again')
      assertCalendarsKnown(account?.push.head)
      if (account !== undefined) await checkRoom(account.push, who)
      return read(account)
    })

  const lookInto = <T>(
    who: Requester,
    calendarKey: string,
    read: (push: PushSession, calendar: CalendarState) => Promise<T>,
  ): Promise<T> =>
    look(who, async (account) => {
      const calendar = account?.calendars.find(({ key, deleted }) => key === calendarKey && !deleted)
      if (account === undefined || calendar === undefined) throw notFound('no such calendar')
      return read(account.push, calendar)
    })

  const lookFor = (who: Requester, calendarKey: string, event: EventName) =>
    lookInto(who, calendarKey, async (push, calendar) => {
      if (!calendar.writable) throw new SyncError('CALENDAR_READ_ONLY', 'the calendar is read-only')
      const found = await findEvent(push, who, calendar, event)
      return { found, hasPending: push.hasPending }
    })

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
      const { found } = await lookFor(who, calendarKey, event)
      if (isPartial(wanted) && !isThere(found)) throw notFound('no such event to be changed')
      const seen = seenOf(found, 'key' in event, basedOn, digest)
      return accept(who, { kind: 'upsert', target: found.target, wanted, seen }, found.agreement)
    },
    async delete(who, calendarKey, event) {
      const { found, hasPending } = await lookFor(who, calendarKey, event)
      if (!isThere(found) && !hasPending && !intakeOf(who).hasEarlier) return undefined
      return accept(
        who,
        { kind: 'delete', target: found.target, seen: found.cached && snapshotOf(found.cached) },
        found.agreement,
      )
    },
    async deleteAll(who, calendars) {
      await look(who, async (account) => {
        const isKnown = (key: string) => account?.calendars.some((calendar) => calendar.key === key)
        if (account === undefined || calendars?.some((key) => !isKnown(key))) throw notFound('no such calendar')
      })
      return accept(who, { kind: 'delete-all', calendars })
    },
    async respond(who, calendarKey, key, response) {
      const { target, agreement } = await lookInto(who, calendarKey, async (push, calendar) => {
        const { providerId } = await cachedIn(push, calendar, key)
        const agreementKey = push.names.agreement(who.integrator, calendar.key, { key })
        const agreement = (await push.agreements([agreementKey])).get(agreementKey)
        return { target: { agreement: agreementKey, calendar: calendar.key, providerId }, agreement }
      })
      return accept(who, { kind: 'respond', target, response }, agreement)
    },
    async action(who, number, token) {
      const action = await log.get(who.account, number)
      if (action?.token === token && action.integrator === who.integrator) return action
      throw notFound('no such action')
    },
  }
}

/** Changes of one integrator that may wait for an account at once: each of its readings goes through all of them. */
export const MOST_PENDING = 1_000
/** Microsoft takes some hundred changes of a mailbox in this time. */
const ROOM_AFTER = minutes(1)

/** The actions are read only where there may be too many; those of others are not this integrator's to wait for. */
async function checkRoom(push: PushSession, { integrator }: Requester): Promise<void> {
  if (push.mostPending < MOST_PENDING) return
  const own = (await push.pendingActions()).filter((action) => action.integrator === integrator)
  if (own.length < MOST_PENDING) return
  const facts = { policy: 'pending', pending: own.length }
  throw new SyncError('RATE_LIMITED', 'too many changes are waiting', { retryAfterMs: ROOM_AFTER, facts })
}

const notFound = (what: string) => new SyncError('NOT_FOUND', what)

/** Too little to make an event of. */
const isPartial = ({ summary, times }: Wanted): boolean => summary === undefined || times === undefined

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
