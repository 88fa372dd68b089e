import { type EpochMs, earlier, minutes, toIsoSeconds } from '../core/time.ts'
import { firstPullDone } from '../pull/first-pull.ts'
import type { Action } from '../push/action.ts'
import type { Channel, Told } from './channel.ts'
import { readNews } from './news.ts'
import { isConnected } from './owed.ts'
import type { ChannelAccount, ChannelStore } from './ports.ts'

/** What a receiver is told. Receivers ignore kinds that they do not know. */
export type Notification =
  | { readonly type: 'verification' | 'profile_disconnected' | 'profile_initial_sync_completed' }
  /** Reading with `changes_since` as `last_modified` tells everything that the channel was not told of. */
  | { readonly type: 'change'; readonly changes_since: string }
  /** How many events are new only because the window has moved on. */
  | { readonly type: 'window_roll'; readonly changes_since: string; readonly events: number }
  | { readonly type: 'event_write_failed'; readonly writes: readonly WriteFailure[] }

interface WriteFailure extends ActionLink {
  readonly event_id?: string
  readonly reason: string | undefined
}

/** The id of an action in the API, and the address of its outcome. */
export interface ActionLink {
  readonly action_id: string
  readonly url: string
}

/** One notification to send. Where there is none to send, only what the channel counts as told has moved on. */
export interface Notice {
  readonly notification?: Notification | undefined
  readonly told: Told
  /** Set when it tells of changes. */
  readonly toldAt?: EpochMs | undefined
  /** When the first of the changes was committed that it tells of. */
  readonly since?: EpochMs | undefined
}

interface Reading {
  readonly store: ChannelStore
  readonly account: string
  readonly state: ChannelAccount
  readonly now: EpochMs
  readonly actionLink: (action: Action) => ActionLink
}

/** As many failed writes as one notification tells of; a body stays below the 20 kB that Standard Webhooks recommends. */
const MOST_FAILURES = 40
/** How far the clocks of two instances are apart at most: a failure that is told needlessly does no harm, one that is not told does. */
const MOST_SKEW = minutes(5)

/** What a channel is owed, one after the other; each builds on the ones before it. Lazy: what fails ends it. */
export async function* noticesFor(reading: Reading, channel: Channel): AsyncGenerator<Notice, void, Channel> {
  let current = channel
  if (!current.told.verification) current = yield of(current, { type: 'verification' }, { verification: true })
  const connected = isConnected(reading.state)
  if (current.told.connected !== connected)
    current = yield connected
      ? silent(current, { connected })
      : of(current, { type: 'profile_disconnected' }, { connected })
  if (!current.told.firstPull && firstPullDone(reading.state.head, reading.state.calendars))
    current = yield of(current, { type: 'profile_initial_sync_completed' }, { firstPull: true })
  if (current.told.nextChange < reading.state.head.nextChange) current = yield* changeNotices(reading, current)
  if (current.told.rejectedActions < reading.state.head.rejectedActions) yield* failureNotices(reading, current)
}

const of = ({ told }: Channel, notification: Notification, change: Partial<Told> = {}): Notice => ({
  notification,
  told: { ...told, ...change, notifications: told.notifications + 1 },
})

const silent = ({ told }: Channel, change: Partial<Told>): Notice => ({ told: { ...told, ...change } })

/** Whole seconds, rounded down: whoever reads from there on, that second included, misses nothing. */
async function* changeNotices(reading: Reading, channel: Channel): AsyncGenerator<Notice, Channel, Channel> {
  const { store, account, state, now } = reading
  const { changedAt, enteredAt, entered, upTo } = await readNews(store, account, channel, state)
  const after = { nextChange: upTo }
  const notices: Notice[] = []
  if (enteredAt !== undefined)
    notices.push(of(channel, { type: 'window_roll', changes_since: toIsoSeconds(enteredAt), events: entered }))
  if (changedAt !== undefined)
    notices.push({ ...of(channel, { type: 'change', changes_since: toIsoSeconds(changedAt) }), since: changedAt })
  const last = notices.pop()
  let current = channel
  for (const notice of notices) current = yield { ...notice, toldAt: now }
  return yield last === undefined ? silent(current, after) : { ...last, told: { ...last.told, ...after }, toldAt: now }
}

async function* failureNotices(reading: Reading, channel: Channel): AsyncGenerator<Notice, void, Channel> {
  const { settledActions, rejectedActions } = reading.state.head
  const { told } = channel
  const rejected = channel.extraTypes.includes('event_write_failed')
    ? await reading.store.rejectedAfter(reading.account, told.settledActions)
    : []
  const own = rejected.filter((action) => isUntold(channel, action))
  const known = [...told.laterActions]
  let current = channel
  for (let at = 0; at < own.length; at += MOST_FAILURES) {
    const some = own.slice(at, at + MOST_FAILURES)
    known.push(...some.map(({ number }) => number))
    const writes = some.map((action) => writeFailure(reading, action))
    current = yield of(current, { type: 'event_write_failed', writes }, { laterActions: [...known] })
  }
  const laterActions = known.filter((number) => number > settledActions)
  yield silent(current, { rejectedActions, settledActions, laterActions })
}

/** What failed before the channel was made is none of its business, by whichever instance's clock. */
const isUntold = ({ integrator, createdAt, told }: Channel, action: Action): boolean =>
  action.integrator === integrator &&
  !told.laterActions.includes(action.number) &&
  (action.finishedAt ?? 0) >= earlier(createdAt, MOST_SKEW)

const writeFailure = ({ actionLink }: Reading, action: Action): WriteFailure => ({
  ...actionLink(action),
  ...(action.eventId !== undefined && { event_id: action.eventId }),
  reason: action.reason,
})
