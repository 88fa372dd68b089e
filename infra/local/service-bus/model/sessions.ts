import { type DurationMs, type EpochMs, later } from '../../../../shared/core/time.ts'
import type { Deliveries } from './deliveries.ts'
import type { Lane, SessionReceiver } from './lane.ts'
import { Refusal } from './refusal.ts'
import type { Store } from './store.ts'

/** Who has which session. One receiver at a time has a session, and then has all its messages. */
export interface Sessions {
  /** Locks this session at once, with or without messages. @throws Refusal when another receiver has it. */
  accept(sessionId: string, receiver: SessionReceiver): void
  /** Locks the session that has had messages for the longest time, now or as soon as there is one within `patience`. */
  acceptNext(receiver: SessionReceiver, patience: DurationMs): void
  /** The receiver has gone: what it had not settled is next in line again, and does not count as delivered. */
  release(receiver: SessionReceiver): void
  /** Starts the lock duration anew. @throws Refusal `com.microsoft:session-lock-lost`, like all that follow. */
  renew(sessionId: string, receiver: SessionReceiver | undefined): EpochMs
  readState(sessionId: string, receiver: SessionReceiver | undefined): Buffer | undefined
  writeState(sessionId: string, receiver: SessionReceiver | undefined, state: Buffer | undefined): void
  /** The lane of the session that this receiver has; undefined while it waits and after its lock has ended. */
  laneOf(receiver: SessionReceiver): Lane | undefined
  /** A lane has messages to receive. */
  offer(lane: Lane): void
  /** Every state that sessions keep. */
  states(): { sessionId: string; state: Buffer }[]
}

export function createSessions(store: Store, deliveries: Deliveries): Sessions {
  const { definition, agenda } = store
  const locked = new Map<SessionReceiver, Lane>()
  const waiting = new Set<SessionReceiver>()
  const ready = new Set<Lane>()
  const withState = new Set<Lane>()
  const ending = new Set<Lane>()

  function lock(lane: Lane, receiver: SessionReceiver): void {
    ready.delete(lane)
    lane.lock = { receiver, until: later(store.now(), definition.lockDuration) }
    locked.set(receiver, lane)
    endLockAt(lane, receiver)
    receiver.granted(lane.name, lane.lock.until)
  }

  function endLockAt(lane: Lane, receiver: SessionReceiver): void {
    if (lane.lock === undefined) return
    agenda.add(lane.lock.until, () => {
      if (lane.lock?.receiver !== receiver || lane.lock.until > store.now()) return
      // Told before the next receiver is, so that at no time two believe that they have the session.
      receiver.lost()
      unlock(lane, 'abandon')
    })
  }

  function unlock(lane: Lane, unsettled: 'abandon' | 'release'): void {
    if (lane.lock !== undefined) locked.delete(lane.lock.receiver)
    lane.lock = undefined
    // Nobody may have the session before all its messages are back in line, else they would come out of order.
    ending.add(lane)
    for (const { token } of lane.deliveries)
      deliveries.settle(token, unsettled === 'abandon' ? { kind: 'abandon', properties: {} } : { kind: 'release' })
    ending.delete(lane)
    sessions.offer(lane)
    store.tidy(lane)
  }

  /** The next session somebody could have. Messages that are too old make no session ready. */
  function nextReady(): Lane | undefined {
    for (const lane of ready) {
      while (lane.backlog[0] !== undefined && store.expire(lane.backlog[0])) lane.backlog.shift()
      if (lane.backlog.length > 0) return lane
      ready.delete(lane)
      store.tidy(lane)
    }
    return undefined
  }

  function serveWaiting(): void {
    for (const receiver of waiting) {
      const lane = nextReady()
      if (lane === undefined) return
      waiting.delete(receiver)
      lock(lane, receiver)
    }
  }

  function findLocked(sessionId: string, receiver: SessionReceiver | undefined): Lane {
    agenda.runDue()
    const lane = receiver === undefined ? undefined : locked.get(receiver)
    if (lane?.name === sessionId) return lane
    throw new Refusal('com.microsoft:session-lock-lost', 'The session lock has expired. Accept a new session.')
  }

  const sessions: Sessions = {
    accept(sessionId, receiver) {
      agenda.runDue()
      const lane = store.laneOf(sessionId)
      if (lane.lock !== undefined)
        throw new Refusal(
          'com.microsoft:session-cannot-be-locked',
          'The requested session cannot be accepted. It may be locked by another receiver.',
        )
      lock(lane, receiver)
    },
    acceptNext(receiver, patience) {
      waiting.add(receiver)
      serveWaiting()
      if (!waiting.has(receiver)) return
      agenda.add(later(store.now(), patience), () => {
        if (waiting.delete(receiver)) receiver.timedOut()
      })
    },
    release(receiver) {
      waiting.delete(receiver)
      const lane = locked.get(receiver)
      if (lane !== undefined) unlock(lane, 'release')
    },
    renew(sessionId, receiver) {
      const lane = findLocked(sessionId, receiver)
      const until = later(store.now(), definition.lockDuration)
      if (lane.lock !== undefined) {
        lane.lock.until = until
        endLockAt(lane, lane.lock.receiver)
      }
      return until
    },
    readState: (sessionId, receiver) => findLocked(sessionId, receiver).sessionState,
    writeState(sessionId, receiver, state) {
      const lane = findLocked(sessionId, receiver)
      lane.sessionState = state
      if (state === undefined) withState.delete(lane)
      else withState.add(lane)
    },
    laneOf: (receiver) => locked.get(receiver),
    offer(lane) {
      if (ending.has(lane) || lane.backlog.length === 0) return
      if (lane.lock === undefined) {
        ready.add(lane)
        serveWaiting()
      } else lane.lock.receiver.wake()
    },
    states: () =>
      [...withState].flatMap(({ name, sessionState }) =>
        sessionState === undefined ? [] : [{ sessionId: name, state: sessionState }],
      ),
  }
  return sessions
}
