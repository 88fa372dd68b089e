import { calendarIdOf, calendarKey, eventKey } from '../../shared/api/change/ids.ts'
import { hours, later, minutes, seconds } from '../../shared/core/time.ts'
import { windowAround } from '../../shared/events/window.ts'
import { agreementKeyOf } from '../../shared/push/agreement.ts'
import type { RejectReason } from '../../shared/push/reasons.ts'
import type { MemoryTables } from '../support/memory-tables.ts'
import { differences, unfollowed, untold } from './check.ts'
import type { ReadEvent } from './client.ts'
import type { Cluster } from './cluster.ts'
import { isEventful } from './episodes.ts'
import { leftAtMicrosoft, remains } from './gone.ts'
import { type Inspection, type Inspector, lastMonthOf } from './inspector.ts'
import { judge } from './judge.ts'
import { isPrompt } from './promptness.ts'
import type { Scheduler } from './scheduler.ts'
import type { Swarm } from './swarm.ts'
import type { Integration, User } from './users.ts'
import { isOfEarlierLife, isOfThisLife, type Wish } from './wish.ts'

interface Checker {
  readonly scheduler: Scheduler
  readonly swarm: Swarm
  readonly users: readonly User[]
  readonly cluster: Cluster
  readonly tables: MemoryTables
  readonly inspect: () => Promise<Inspector>
  readonly finish: <T>(task: Promise<T>) => Promise<T>
}

export const verdict = { compare, again, retained }

export const staying = (users: readonly User[]) => users.filter(({ leaver }) => leaver.fate === 'stays')

/** What the API says against what the mailboxes hold, and what was done against what was asked for. */
async function compare(checker: Checker): Promise<string[]> {
  const { users, inspect } = checker
  const inspector = await inspect()
  const found: string[] = []
  for (const user of users) if (user.leaver.fate !== 'stays') found.push(...(await departed(checker, user, inspector)))
  for (const user of staying(users)) {
    const inspection = await inspector.inspect(user.person)
    for (const integration of user.integrators)
      found.push(...(await compareFor(checker, user, integration, inspection)))
    const { calendars, actions } = inspection
    found.push(...staleWindows(checker, calendars), ...misjudged(checker, actions), ...slow(checker, actions))
    if (calendars.length !== user.mailbox.calendars().length) found.push(`${calendars.length} calendars are known`)
    const pending = actions.filter(({ state }) => state === 'pending')
    found.push(...pending.map(({ number }) => `I2: action ${number} has no outcome`))
    found.push(
      ...judge({ ...user, ...user.ledger, ...user.notebook, actions, eventOfWish: eventOfWish(user, inspection) }),
    )
  }
  return found
}

/** Whoever has left for good: everything is gone, or what is kept is of no use to anybody. */
async function departed(checker: Checker, user: User, inspector: Inspector): Promise<readonly string[]> {
  if (user.leaver.fate === 'erased') return remains(user, { ...checker, inspector })
  const { state, subscriptions, account } = await inspector.inspect(user.person)
  const left = leftAtMicrosoft(checker.cluster, user.person, account)
  // It may be of a life that a restored backup knows nothing of, or was erased before its end.
  const isOver = state === 'disconnected' || state === undefined
  return [
    ...(isOver ? [] : [`nobody may use an account any more, and it is ${state}`]),
    ...(subscriptions > 0 ? ['a disconnected account knows a subscription'] : []),
    ...left.map((what) => `a disconnected account has left ${what}`),
  ]
}

/** What is kept of disconnected accounts goes when its time is over. */
async function retained({ users, scheduler, inspect, ...checker }: Checker): Promise<readonly string[]> {
  const kept = users.filter(({ leaver }) => leaver.fate === 'disconnected')
  if (kept.length === 0) return []
  // A day until the account is no longer kept, and what its erasure takes.
  await scheduler.run(later(scheduler.now(), hours(26)))
  const inspector = await inspect()
  const found = await Promise.all(kept.map((user) => remains(user, { ...checker, inspector })))
  return found.flat()
}

/** Calendars of which other days are cached than today's (I2). A run ends by day, when all windows have moved on. */
function staleWindows({ scheduler, swarm: { windowDays } }: Checker, calendars: Inspection['calendars']): string[] {
  const today = windowAround(scheduler.now(), windowDays.past, windowDays.future)
  const stale = calendars.filter(({ from, to }) => from !== today.from || to !== today.to)
  return stale.map(({ from }) => `I2: the window of a calendar is of another day: ${new Date(from).toISOString()}`)
}

/** Longer than anything takes when nothing goes wrong, and shorter than what the schedule would take to find an action. */
const AT_ONCE = seconds(25)

/** Actions that nothing has kept from being done at once (A1). */
function slow({ swarm }: Checker, actions: Inspection['actions']): string[] {
  if (!isPlain(swarm) || !isPrompt(swarm)) return []
  const late = actions.filter(({ acceptedAt, finishedAt }) => (finishedAt ?? acceptedAt) - acceptedAt > AT_ONCE)
  return late.map(({ number }) => `A1: action ${number} was not done at once`)
}

/**
 * Actions that were rejected for what has not happened (I5): nobody deletes a calendar, Microsoft 365 refuses only to be
 * reached at all, and what it may say about meetings takes two people.
 */
function misjudged({ swarm }: Checker, actions: Inspection['actions']): string[] {
  const never: RejectReason[] = ['calendar_gone', 'value_refused', 'conferencing_fixed', 'conferencing_unavailable']
  if (swarm.people === 1) never.push('refused_by_microsoft')
  if (swarm.faults.graphRefuses === 0) never.push('calendar_read_only')
  if (!swarm.episodes.restore) never.push('restored')
  const isWrong = (kind: string, reason: RejectReason) =>
    never.includes(reason) || (reason === 'changed_meanwhile' && kind !== 'delete')
  const wrong = actions.filter(({ kind, reason }) => reason !== undefined && isWrong(kind, reason))
  return wrong.map(({ number, reason }) => `I5: action ${number} was rejected, and nothing is ${reason}`)
}

async function compareFor(
  { finish, swarm }: Checker,
  user: User,
  { client, clientId, follower }: Integration,
  inspection: Inspection,
): Promise<string[]> {
  const { keyOf, calendars } = inspection
  const found: string[] = []
  const told = await finish(client.readChanges())
  for (const span of calendars.flatMap((calendar) => [calendar, lastMonthOf(calendar)])) {
    const read = await finish(client.read(span))
    const external = read.filter(({ event_id, series_event_id }) => (event_id ?? series_event_id) === undefined)
    found.push(...differences(user.mailbox, read, span, keyOf), ...untold(told, external))
    found.push(...misnamed(user, clientId, inspection, read))
    if (follower) found.push(...unfollowed(follower.copyOf(span, calendarIdOf(span.key)), read, span))
  }
  if (isPlain(swarm)) found.push(...toldOfOwn(user, inspection, await finish(client.readChanges('&only_managed=true'))))
  return found
}

/** Events of the integrator's that are not told as such, and events of others that are (I2). */
function misnamed({ mailbox, notebook }: User, clientId: string, inspection: Inspection, read: readonly ReadEvent[]) {
  const names = new Map(
    notebook.wishes.flatMap((wish): [string, Wish][] => {
      const key = agreementOf(wish, inspection)
      return key === undefined ? [] : [[key, wish]]
    }),
  )
  const items = mailbox.calendars().flatMap(({ store }) => [...store.items.values()])
  const ownerOf = new Map(
    items.map(({ id, transactionId }) => [inspection.keyOf(id), names.get(agreementKeyOf(transactionId) ?? '')]),
  )
  return read.flatMap(({ event_uid, event_id, recurring, pending, summary }) => {
    if (pending !== undefined) return [`I2: "${summary}" is still pending`]
    if (recurring) return []
    const wish = ownerOf.get(eventKey(event_uid) ?? '')
    // Of what was made before an erasure nobody knows whose it is until its integrator asks again.
    if (wish !== undefined && !isOfThisLife(notebook, wish, inspection.actions)) return []
    const expected = wish?.integrator === clientId ? wish.eventId : undefined
    return event_id === expected ? [] : [`I2: "${summary}" is told as ${event_id} and is ${expected}`]
  })
}

const agreementOf = ({ integrator, eventId, asking }: Wish, { agreementOf }: Inspection): string | undefined => {
  const calendar = calendarKey(asking.path.split('/')[3] ?? '')
  return eventId === undefined || calendar === undefined ? undefined : agreementOf(integrator, calendar, eventId)
}

/** Worlds in which the service is never left in doubt whether something was done, and by whom. */
const isPlain = ({
  faults,
  versionAfterWrite,
  writers,
  latencyMs,
  budgetSeconds,
  connects,
  episodes,
}: Swarm): boolean =>
  writers > 0 &&
  // Who connects again comes between a handler and its commit.
  connects === 1 &&
  !versionAfterWrite &&
  !isEventful({ episodes }) &&
  // What is written before a calendar was read for the first time is read with all the rest.
  latencyMs <= 50 &&
  budgetSeconds === 60 &&
  [
    faults.crash,
    faults.tableRead,
    faults.tableCommit,
    faults.commitUnknown,
    faults.lockLost,
    faults.graphLost,
    faults.graphRefuses,
  ].every((rate) => rate === 0)

/** Events of its own that the integrator was told of although nobody else has changed them (I4). */
function toldOfOwn(user: User, { keyOf }: Inspection, told: readonly ReadEvent[]): string[] {
  const { entries, answered } = user.ledger
  const items = user.mailbox.calendars().flatMap(({ store }) => [...store.items.values()])
  const others = new Set([
    ...entries.filter(({ by }) => by === 'outlook').map(({ series }) => keyOf(series)),
    ...items.filter(({ iCalUId }) => answered.has(iCalUId)).map(({ id }) => keyOf(id)),
  ])
  const wished = user.notebook.wishes.flatMap(({ uid }) => (uid === undefined ? [] : [eventKey(uid) ?? '']))
  return told
    .filter(({ event_uid, recurring }) => {
      const key = eventKey(event_uid) ?? ''
      return !recurring && !others.has(key) && !wished.includes(key)
    })
    .map(({ summary }) => `I4: the integrator is told of its own "${summary}"`)
}

/** One name for the event a wish is about: that of its agreement where it is managed, else the provider's. */
function eventOfWish({ ledger }: User, inspection: Inspection): (wish: Wish) => string | undefined {
  const byKey = new Map(
    ledger.entries.flatMap(({ id, series, marker }) => [
      [inspection.keyOf(id), id === series ? (agreementKeyOf(marker) ?? id) : id] as const,
    ]),
  )
  return (wish) => {
    if (wish.uid === undefined) return agreementOf(wish, inspection)
    const key = eventKey(wish.uid) ?? ''
    return byKey.get(key) ?? key
  }
}

/** Everybody repeats what was asked for last, and nothing is written and nobody gets a mail (I4). */
async function again({ users, inspect, finish, cluster, scheduler }: Checker): Promise<string[]> {
  const inspector = await inspect()
  const { requests } = cluster.microsoft.graph
  const mails = () => users.reduce((sum, { mailbox }) => sum + mailbox.mails.length, 0)
  const before = mails()
  requests.clear()
  for (const user of staying(users)) {
    const inspection = await inspector.inspect(user.person)
    for (const { writer } of user.integrators)
      await finish(writer?.repeat((wish) => isStanding(user, inspection, wish)) ?? Promise.resolve())
  }
  await scheduler.run(later(scheduler.now(), minutes(10)))
  const writes = requests.list().filter(({ method, path }) => method !== 'GET' && /\/events/.test(path))
  return [
    ...writes.map(({ method, path, status }) => `I4: a second pass writes: ${method} ${path.slice(-40)} ${status}`),
    ...(mails() > before ? [`I4: a second pass sends ${mails() - before} mails`] : []),
  ].slice(0, 4)
}

/** Whether a wish was fulfilled and is the last thing its integrator asked for of the event. */
function isStanding(user: User, inspection: Inspection, wish: Wish): boolean {
  const state = inspection.actions.find(({ number }) => number === wish.action)?.state
  const event = eventOfWish(user, inspection)
  const { wishes } = user.notebook
  const isLast = wishes.every(
    (other) =>
      other.integrator !== wish.integrator ||
      other.sent <= wish.sent ||
      (other.kind !== 'delete-all' && event(other) !== event(wish)),
  )
  return isLast && !isOfEarlierLife(user.notebook, wish) && (state === 'applied' || state === 'unchanged')
}
