import { type DurationMs, days, type EpochMs, hours, later, minutes, seconds } from '../../../shared/core/time.ts'
import { startOfDay } from '../../../shared/events/window.ts'
import { staying, type User } from '../people/users.ts'
import { isEventful } from '../swarm/episodes.ts'
import type { World } from '../world.ts'
import { askAgain } from './again.ts'
import { falseAlarms } from './alarms.ts'
import { readableRows, readableTexts } from './check.ts'
import { sharedKeys } from './key-use.ts'
import { unopenable } from './sealed.ts'
import { reachedByStrangers } from './strangers.ts'
import { compare, retained } from './verdict.ts'

/**
 * How long nothing has gone wrong when both sides are compared. At the last, longer than anything waits: the safety poll,
 * Graph's last attempt to deliver a notification, and the last of the wake-ups that repeat a lost one. Most worlds are
 * equal long before, and need not be waited for.
 */
const QUIET: readonly DurationMs[] = [minutes(10), minutes(90), (hours(6) + minutes(30)) as DurationMs]
/** Visits of an account in an hour: a mailbox that is polled has twelve, and a few more where something was retried. */
const MOST_VISITS = 40
const LEFT = 'messages are left in the queue'

/** What is wrong at the end of a run, when nothing has gone wrong for a while. */
export async function judgeEnd(world: World): Promise<readonly string[]> {
  const { swarm, users, tables, inspect, finish } = world
  const found = [...(await converge(world))]
  // An account that is being erased has lost its key a moment before its rows; of one that nobody visits nothing is repaired.
  const isVisited = swarm.episodes.damages === 0 || swarm.episodes.leavings === 0
  if (isEventful(swarm) && isVisited) found.push(...(await unopenable(tables, (await inspect()).envelope)))
  found.push(...(await askAgain(world)))
  const inspector = await inspect()
  const inspectionOf = ({ person }: User) => inspector.inspect(person)
  found.push(...(await reachedByStrangers({ users: staying(users), inspectionOf, finish })))
  found.push(...(await restless(world)))
  found.push(...(await retained(world)))
  found.push(...(await brokenTrail(world)))
  return [...found, ...leaks(world), ...falseAlarms(world.cluster.logged, swarm)]
}

/** How both sides differ when nothing has gone wrong for a while; empty as soon as they do not. */
async function converge(world: World): Promise<readonly string[]> {
  const { scheduler, cluster, swarm, users } = world
  // What is damaged and not needed is found by the night. A schedule that was put back may be of a later moment than its
  // account, and give a day of rest to one that cannot be read any more.
  const isAtRest = swarm.episodes.restore && users.some(({ leaver }) => leaver.fate === 'disconnected')
  const since = swarm.episodes.damages > 0 || isAtRest ? later(scheduler.now(), days(1)) : scheduler.now()
  let different: readonly string[] = []
  for (const quiet of QUIET) {
    await scheduler.run(afterNight(later(since, quiet)))
    // A timer may have sent something at this very moment.
    if (!isQuiet(cluster)) await scheduler.run(later(scheduler.now(), seconds(10)))
    different = isQuiet(cluster) ? await compare(world) : [LEFT]
    // A visit of everybody would find what nobody has told.
    if (different.length === 0) different = await echo(world)
    if (different.length === 0) break
  }
  return different
}

const isQuiet = ({ queue, channelQueue }: World['cluster']): boolean => queue.isEmpty && channelQueue.isEmpty

/** Windows move on from midnight to six, which finds something new at any time: a moment with an hour before the next. */
function afterNight(now: EpochMs): EpochMs {
  const morning = later(startOfDay(now), hours(7))
  const isDay = now >= morning && now < later(morning, hours(16))
  return isDay ? now : now < morning ? morning : later(morning, days(1))
}

/** One more visit of everybody, with nothing new (I4). */
async function echo({ users, scheduler, cluster, commits, inspect }: World): Promise<readonly string[]> {
  const inspector = await inspect()
  commits.start()
  const told = cluster.desk.taken
  for (const { person } of staying(users))
    cluster.queue.send([{ account: (await inspector.inspect(person)).account, reason: 'notified' }], scheduler.now())
  await scheduler.run(later(scheduler.now(), minutes(5)))
  const news = cluster.desk.taken > told ? ['I4: a visit that finds nothing tells a channel something'] : []
  const rows = commits.stop()
  // Whoever reads a calendar as a view reads all of it, and notes what was there.
  const hasViews = cluster.logged.some((line) => line.includes('"round-without-end"'))
  return hasViews ? news : [...rows, ...news]
}

/** An hour in which nothing happens (I8). */
async function restless({ users, dice, scheduler, cluster }: World): Promise<readonly string[]> {
  // An hour takes its time here as well.
  if (!dice.fork('rest').chance(0.2)) return []
  const before = cluster.queue.deliveries
  await scheduler.run(later(scheduler.now(), hours(1)))
  const each = (cluster.queue.deliveries - before) / users.length
  return each > MOST_VISITS ? [`I8: an account is visited ${each} times in an hour in which nothing happens`] : []
}

/** Where something is readable that nobody may read (I7), or is sealed with the key of another account (I6). */
function leaks({ users, swarm, tables, cluster }: World): readonly string[] {
  const names = users.flatMap(({ person }) => [person.oid, person.userPrincipalName, person.displayName])
  const rows = swarm.realCrypto ? readableRows(tables, names) : []
  const texts = { queue: cluster.queue.seen, channels: cluster.channelQueue.seen, log: cluster.logged }
  return [...rows, ...readableTexts(texts, names), ...sharedKeys(tables)]
}

/** What `npm run audit -- verify` would say. */
async function brokenTrail({ cluster, finish }: World): Promise<readonly string[]> {
  const auditor = { name: 'auditor', alive: true }
  const { breaks } = await finish(cluster.askPatiently(auditor, 'verifies', ({ audit }) => audit.verify()))
  return breaks.map(({ chain, number, problem }) => `the audit trail is broken: ${chain} at ${number}: ${problem}`)
}
