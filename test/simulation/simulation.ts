import { type DurationMs, days, type EpochMs, hours, later, minutes } from '../../shared/core/time.ts'
import { startOfDay } from '../../shared/events/window.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { createMemoryTables } from '../support/memory-tables.ts'
import { createMemoryVault } from '../support/memory-vault.ts'
import { leaks } from './check.ts'
import { createCluster } from './cluster.ts'
import { deploy } from './deployer.ts'
import { describe } from './describe.ts'
import { createDice } from './dice.ts'
import { HELPFUL, UNEVENTFUL } from './episodes.ts'
import { watchErasures } from './erasures.ts'
import { createInspector } from './inspector.ts'
import { createKeeper, readsWithNewest } from './keeper.ts'
import { createNewerRelease } from './newer-release.ts'
import { restoreOnce } from './restorer.ts'
import { createScheduler, Violation } from './scheduler.ts'
import { unopenable } from './sealed.ts'
import { chooseSwarm, NO_FAULTS, type Swarm } from './swarm.ts'
import { runTimers } from './timers.ts'
import { createUsers, type User } from './users.ts'
import { staying, verdict } from './verdict.ts'
import { watchCommits } from './watch.ts'

export interface Run {
  readonly seed: number
  readonly swarm: Swarm
  /** What went wrong; empty when nothing did. */
  readonly findings: readonly string[]
  readonly steps: number
  readonly hash: number
  readonly story: readonly string[]
}

export interface Options {
  readonly recordsStory?: boolean
  /** Breaks the service on purpose, to see that it is found out. */
  readonly between?: (tables: Tables) => Tables
  /** The same between the service and Graph. */
  readonly onTheWay?: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch
  /** Changes the world the seed chose. */
  readonly adjust?: (swarm: Swarm) => Swarm
}

/** Longer than anything waits: the safety poll, and Graph's last attempt to deliver a notification. */
const QUIET = (hours(6) + minutes(30)) as ReturnType<typeof hours>
/** Steps after which nothing goes wrong any more, for worlds in which hardly anything works. */
const MOST_MISFORTUNE = 10_000
const FOREVER = Number.POSITIVE_INFINITY as EpochMs

/**
 * The whole service with its neighbours in one process, one seed and virtual time: people connect and edit, integrators
 * ask for changes while things go wrong, then nothing goes wrong any more, and both sides must be equal.
 */
/** Windows move on from midnight to six, which finds something new at any time: a moment with an hour before the next. */
function afterNight(now: EpochMs): EpochMs {
  const morning = later(startOfDay(now), hours(7))
  const isDay = now >= morning && now < later(morning, hours(16))
  return isDay ? now : now < morning ? morning : later(morning, days(1))
}

export async function simulate(
  seed: number,
  { recordsStory = false, between = same, onTheWay = same, adjust = same }: Options = {},
): Promise<Run> {
  const dice = createDice(seed)
  const swarm = adjust(chooseSwarm(dice.fork('swarm')))
  const scheduler = createScheduler(swarm.start, dice.fork('schedule'), recordsStory)
  const stored = createMemoryTables()
  const vault = createMemoryVault({ modulusLength: 2048 })
  const commits = watchCommits(stored)
  let faults = swarm.faults
  const rates = () => faults
  const latencyMs = () => (faults === NO_FAULTS ? 0 : swarm.latencyMs)
  const tables = watchErasures(commits.tables, scheduler)
  const receivers = () => (faults === NO_FAULTS ? HELPFUL : (swarm.episodes.receivers ?? HELPFUL))
  const cluster = createCluster({
    ...{ scheduler, dice, swarm, rates, latencyMs, receivers, tables, vault, between, onTheWay },
  })
  const { microsoft, queue } = cluster
  const users = createUsers({ scheduler, dice, swarm, rates, cluster })
  runTimers({ scheduler, swarm, tables, cluster })

  async function connect({ owner, integrators }: User): Promise<void> {
    const pauses = dice.fork(`${owner.name} connects`)
    for (let times = 0; times < swarm.connects; times++) {
      for (const { client } of integrators) await client.connect()
      const pause = pauses.below((swarm.pauseMs * swarm.operations) / 4) as DurationMs
      if (times + 1 < swarm.connects) await scheduler.clock(owner).sleep(pause)
    }
  }

  async function live(user: User): Promise<void> {
    const work = user.integrators.flatMap(({ writer, follower }) => [
      writer?.work(),
      // Something has to happen that only the channel tells.
      follower?.work().then(user.editor.work),
    ])
    await Promise.all([connect(user), user.editor.work(), user.leaver.work(), ...work])
    await user.leaver.end()
  }

  const inspect = () => createInspector({ tables: stored, vault, random: dice, now: scheduler.now })
  const keeper = createKeeper({
    ...{ scheduler, vault, cluster },
    dice: dice.fork('keeper'),
    times: swarm.episodes.rotations,
  })
  const newer = createNewerRelease({ inspect, dice: dice.fork('newer') })
  const upheavals = () => [
    keeper.work(),
    deploy({ scheduler, cluster, newer, dice: dice.fork('deploys'), times: swarm.episodes.deploys }),
    cluster.partitions.work(cluster.names),
    ...(swarm.episodes.restore
      ? [restoreOnce({ scheduler, tables: stored, cluster, users, dice: dice.fork('restores') })]
      : []),
  ]

  let busy = users.length

  async function misfortune(): Promise<void> {
    const fail = (error: unknown) => scheduler.violate(`a person met ${describe(error)}`)
    for (const user of users)
      void live(user)
        .catch(fail)
        .then(() => busy--)
    const changes = Promise.all(upheavals()).catch(fail)
    busy++
    void changes.then(() => busy--)
    await scheduler.run(FOREVER, () => busy === 0 || scheduler.steps > MOST_MISFORTUNE)
  }

  async function calm(): Promise<void> {
    faults = NO_FAULTS
    microsoft.faults.notifications.drop = 0
    scheduler.note('NOTHING GOES WRONG ANY MORE')
    await scheduler.run(FOREVER, () => busy === 0)
    cluster.partitions.heal()
    await finish(keeper.end())
    await scheduler.run(afterNight(later(scheduler.now(), QUIET)))
    if (!queue.isEmpty || !cluster.channelQueue.isEmpty) scheduler.violate('messages are left in the queue')
  }

  /** Lets the run go on until a task of the checker's is done. */
  async function finish<T>(task: Promise<T>): Promise<T> {
    let done: { readonly result: T } | undefined
    const failed = (error: unknown) => scheduler.violate(`a check fails: ${describe(error)}`)
    void task.then((result) => {
      done = { result }
    }, failed)
    await scheduler.run(later(scheduler.now(), minutes(5)), () => done !== undefined)
    if (done === undefined) throw new Violation('a check does not end')
    return done.result
  }

  /** One more visit of everybody, with nothing new (I4). */
  async function echo(): Promise<readonly string[]> {
    const inspector = await inspect()
    commits.start()
    const told = cluster.desk.taken
    for (const { person } of staying(users))
      queue.send([{ account: (await inspector.inspect(person)).account, reason: 'notified' }], minutes(0))
    await scheduler.run(later(scheduler.now(), minutes(20)))
    const news = cluster.desk.taken > told ? ['I4: a visit that finds nothing tells a channel something'] : []
    return [...commits.stop(), ...news]
  }

  const findings: string[] = []
  try {
    await misfortune()
    await calm()
    if (swarm.episodes.rotations > 0) findings.push(...(await readsWithNewest(vault, inspect)))
    if (swarm.episodes !== UNEVENTFUL) findings.push(...(await unopenable(stored, (await inspect()).envelope)))
    const checker = { scheduler, swarm, users, cluster, tables: stored, inspect, finish }
    findings.push(...(await verdict.compare(checker)))
    findings.push(...(await echo()))
    findings.push(...(await verdict.again(checker)))
    findings.push(...(await verdict.retained(checker)))
    findings.push(...leaks(stored, { queue: queue.seen, channels: cluster.channelQueue.seen, log: cluster.logged }))
    // Nobody touches the rows here, so that each alarm would be a false one.
    findings.push(...cluster.logged.filter((line) => /"row-(rolled-back|quarantined)"/.test(line)).slice(0, 3))
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    findings.push(error.message)
  }
  return { seed, swarm, findings, steps: scheduler.steps, hash: scheduler.hash, story: scheduler.story }
}

const same = <T>(it: T): T => it
