import { calendarIdOf } from '../../../shared/api/change/ids.ts'
import { type DurationMs, hours, later, seconds } from '../../../shared/core/time.ts'
import { windowAround } from '../../../shared/events/window.ts'
import { type Integration, staying, type User } from '../people/users.ts'
import { LATEST } from '../service/instance-ports.ts'
import type { World } from '../world.ts'
import { differences, unfollowed, untold } from './check.ts'
import { eventOfWish } from './event-of-wish.ts'
import { leftAtMicrosoft, remains } from './gone.ts'
import { type Inspection, type Inspector, lastMonthOf } from './inspector.ts'
import { judge } from './judge.ts'
import { misnamed, toldOfOwn } from './own-events.ts'
import { isPlain } from './plain.ts'
import { isPrompt } from './promptness.ts'
import { misjudged } from './rejected.ts'

/** What the API says against what the mailboxes hold, and what was done against what was asked for. */
export async function compare(world: World): Promise<string[]> {
  const { users, inspect } = world
  const inspector = await inspect()
  const found: string[] = []
  for (const user of users) if (user.leaver.fate !== 'stays') found.push(...(await departed(world, user, inspector)))
  for (const user of staying(users)) {
    const inspection = await inspector.inspect(user.person)
    for (const integration of user.integrators) found.push(...(await compareFor(world, user, integration, inspection)))
    const { calendars, actions } = inspection
    found.push(...staleWindows(world, calendars), ...slow(world, actions))
    if (calendars.length !== user.mailbox.calendars().length) found.push(`${calendars.length} calendars are known`)
    const pending = actions.filter(({ state }) => state === 'pending')
    found.push(...pending.map(({ number }) => `I2: action ${number} has no outcome`))
    const facts = {
      ...{ ...user, ...user.ledger, ...user.notebook, actions, eventOfWish: eventOfWish(user, inspection) },
      skew: world.swarm.episodes.skewMs as DurationMs,
      latest: world.swarm.neighbours.landsLate ? LATEST : seconds(0),
    }
    found.push(...judge(facts), ...misjudged(facts, world.swarm))
  }
  return found
}

/** Whoever has left for good: everything is gone, or what is kept is of no use to anybody. */
async function departed(world: World, user: User, inspector: Inspector): Promise<readonly string[]> {
  if (user.leaver.fate === 'erased') return remains(user, { ...world, inspector })
  const { state, subscriptions, account } = await inspector.inspect(user.person)
  // What a backup has brought back may have a refresh token that was replaced since: nobody gets into the mailbox with it,
  // and it goes when it has been of no use for long enough.
  if (state === 'needs-reconnect' && world.swarm.episodes.restore) return []
  const left = leftAtMicrosoft(world.cluster, user.person, account)
  // It may be of a life that a restored backup knows nothing of, or was erased before its end.
  const isOver = state === 'disconnected' || state === undefined
  return [
    ...(isOver ? [] : [`nobody may use an account any more, and it is ${state}`]),
    ...(subscriptions > 0 ? ['a disconnected account knows a subscription'] : []),
    ...left.map((what) => `a disconnected account has left ${what}`),
  ]
}

/** What is kept of disconnected accounts goes when its time is over. */
export async function retained({ users, scheduler, inspect, ...world }: World): Promise<readonly string[]> {
  const kept = users.filter(({ leaver }) => leaver.fate === 'disconnected')
  if (kept.length === 0) return []
  for (const { person } of kept) world.cluster.microsoft.farewell.left(person.oid)
  // A day until the account is no longer kept, and what its erasure takes.
  await scheduler.run(later(scheduler.now(), hours(26)))
  const inspector = await inspect()
  const found = await Promise.all(kept.map((user) => remains(user, { ...world, inspector })))
  return found.flat()
}

/** Calendars of which other days are cached than today's (I2). A run ends by day, when all windows have moved on. */
function staleWindows({ scheduler, swarm: { windowDays } }: World, calendars: Inspection['calendars']): string[] {
  const today = windowAround(scheduler.now(), windowDays)
  const stale = calendars.filter(({ from, to }) => from !== today.from || to !== today.to)
  return stale.map(({ from }) => `I2: the window of a calendar is of another day: ${new Date(from).toISOString()}`)
}

/** Longer than anything takes when nothing goes wrong, and shorter than what the schedule would take to find an action. */
const AT_ONCE = seconds(25)

/** Actions that nothing has kept from being done at once (A1). */
function slow({ swarm }: World, actions: Inspection['actions']): string[] {
  if (!isPlain(swarm) || !isPrompt(swarm)) return []
  const late = actions.filter(({ acceptedAt, finishedAt }) => (finishedAt ?? acceptedAt) - acceptedAt > AT_ONCE)
  return late.map(({ number }) => `A1: action ${number} was not done at once`)
}

async function compareFor(
  { finish, swarm }: World,
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
