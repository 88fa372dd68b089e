import type { Log } from '../../../shared/core/log.ts'
import { type Clock, type DurationMs, type EpochMs, earlier, later, seconds } from '../../../shared/core/time.ts'
import type { Api } from './api.ts'
import { ApiError, type Connection } from './connection.ts'
import { itemIdOf, itemOf, namesOf } from './items.ts'
import type { ConnectionStatus, LiveMessage } from './messages.ts'
import { statusOf } from './status.ts'
import type { Event } from './wire.ts'

/** Follows one connection: each look asks the API what is new and tells it. */
export interface Watch {
  /** The connection as of the last look. */
  status(): LiveMessage
  /** Looks once, unless a look is under way or a pause is due. Does not throw for anything that the API does. */
  look(): Promise<void>
}

interface Dependencies {
  api: Api
  clock: Clock
  log: Log
  connection: Connection
  tell: (message: LiveMessage) => void
}

/** A change may become visible a little after its own timestamp, so every look reaches back this far. */
const OVERLAP = seconds(10)
/** Counts of a connection at rest change slowly: every fifth look asks for them. */
const STATUS_EVERY = 5
const FIRST_PAUSE = seconds(2)
const LONGEST_PAUSE = seconds(15)

export function createWatch({ api, clock, log, connection, tell }: Dependencies): Watch {
  let status: ConnectionStatus = { state: 'checking' }
  let reachable = true
  let looks = 0
  let since: EpochMs | undefined
  let pushed = new Map<string, string>() // the last look's changes, which the next look overlaps
  let pause: DurationMs = FIRST_PAUSE
  let notBefore: EpochMs = clock.now()
  let looking: Promise<void> | undefined

  const message = (): LiveMessage => ({ type: 'status', status, reachable })

  function learn(next: ConnectionStatus, isReachable: boolean): void {
    const before = JSON.stringify(message())
    status = next
    reachable = isReachable
    if (JSON.stringify(message()) !== before) tell(message())
  }

  async function lookAtStatus(): Promise<void> {
    const { profile, at } = await api.profile(connection)
    const wasPulling = isPulling(status)
    learn(statusOf(connection, profile), true)
    const arriving = wasPulling || isPulling(status)
    if (arriving) tell({ type: 'reload' })
    if (arriving || since === undefined) since = earlier(at, OVERLAP)
  }

  async function lookAtChanges(from: EpochMs): Promise<void> {
    const { events, more, at } = await api.changes(connection, from)
    const seen = new Map(events.map((event) => [itemIdOf(event), JSON.stringify(event)]))
    const news = events.filter((event) => pushed.get(itemIdOf(event)) !== seen.get(itemIdOf(event)))
    pushed = seen
    since = earlier(at, OVERLAP)
    if (more) tell({ type: 'reload' })
    else if (news.length > 0) tell(changesOf(news))
  }

  async function lookNow(): Promise<void> {
    const resting = status.state === 'connected' && !isPulling(status) && reachable
    if (!resting || looks % STATUS_EVERY === 0) await lookAtStatus()
    looks++
    if (status.state === 'connected' && !isPulling(status) && since !== undefined) await lookAtChanges(since)
    pause = FIRST_PAUSE
  }

  function backOff(error: ApiError): void {
    log('warn', 'flowagent-look-failed', { failure: error.failure, status: error.status })
    if (error.failure === 'ended') learn(statusOf(connection, undefined), true)
    else learn(status, false)
    const asked = error.retryAfterSeconds
    notBefore = later(clock.now(), asked === undefined ? pause : seconds(asked))
    pause = Math.min(pause * 2, LONGEST_PAUSE) as DurationMs
  }

  async function lookOrBackOff(): Promise<void> {
    try {
      await lookNow()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      backOff(error)
    } finally {
      looking = undefined
    }
  }

  return {
    status: message,
    async look() {
      if (looking === undefined && clock.now() < notBefore) return
      looking ??= lookOrBackOff()
      await looking
    },
  }
}

const isPulling = (status: ConnectionStatus): boolean => status.state === 'connected' && status.firstPull !== undefined

const changesOf = (events: Event[]): LiveMessage => ({
  type: 'changes',
  changed: events.filter((event) => !event.deleted).map(itemOf),
  removed: events.filter((event) => event.deleted).flatMap(namesOf),
})
