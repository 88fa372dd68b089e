import { type DurationMs, days, type EpochMs, hours, later, minutes } from '../../shared/core/time.ts'
import { startOfDay } from '../../shared/events/window.ts'
import { createDice } from '../support/dice.ts'
import { createMemoryTables } from '../support/memory-tables.ts'
import { createMemoryVault } from '../support/memory-vault.ts'
import { readableRows, readableTexts } from './check.ts'
import { createCluster } from './cluster.ts'
import { deploy } from './deployer.ts'
import { describe } from './describe.ts'
import { HELPFUL, isEventful } from './episodes.ts'
import { watchErasures } from './erasures.ts'
import { createInspector } from './inspector.ts'
import { createKeeper, readsWithNewest } from './keeper.ts'
import { sharedKeys } from './key-use.ts'
import { crypto } from './light/crypto.ts'
import { lightKey } from './light/vault-key.ts'
import { createNewerRelease } from './newer-release.ts'
import { doneWithin, unfinished } from './promptness.ts'
import { restoreOnce } from './restorer.ts'
import { createScheduler, Violation } from './scheduler.ts'
import { unopenable } from './sealed.ts'
import { reachedByStrangers } from './strangers.ts'
import { chooseSwarm, NO_FAULTS, type Swarm } from './swarm.ts'
import { runTimers } from './timers.ts'
import { createUsers, type User } from './users.ts'
import { staying, verdict } from './verdict.ts'
import { watchCommits } from './watch.ts'
import { beginAnew } from './wish.ts'

export interface Run {
  readonly seed: number
  readonly swarm: Swarm
  /** What went wrong; empty when nothing did. */
  readonly findings: readonly string[]
  readonly steps: number
  /** Changes made in Outlook, and requests of integrators. */
  readonly operations: number
  readonly hash: number
  readonly story: readonly string[]
}

export interface Options {
  readonly recordsStory?: boolean
  /** Changes the world the seed chose. */
  readonly adjust?: (swarm: Swarm) => Swarm
}

/**
 * How long nothing has gone wrong when both sides are compared. At the last, longer than anything waits: the safety poll,
 * Graph's last attempt to deliver a notification, and the last of the wake-ups that repeat a lost one. Most worlds are
 * equal long before, and need not be waited for.
 */
const QUIET: readonly DurationMs[] = [minutes(10), minutes(90), (hours(6) + minutes(30)) as DurationMs]
const LEFT = 'messages are left in the queue'
const FOREVER = Number.POSITIVE_INFINITY as EpochMs

/** Windows move on from midnight to six, which finds something new at any time: a moment with an hour before the next. */
function afterNight(now: EpochMs): EpochMs {
  const morning = later(startOfDay(now), hours(7))
  const isDay = now >= morning && now < later(morning, hours(16))
  return isDay ? now : now < morning ? morning : later(morning, days(1))
}

/**
 * The whole service with its neighbours in one process, one seed and virtual time: people connect and edit, integrators
 * ask for changes while things go wrong, then nothing goes wrong any more, and both sides must be equal.
 */
export async function simulate(seed: number, { recordsStory = false, adjust = same }: Options = {}): Promise<Run> {
  const dice = createDice(seed)
  const swarm = adjust(worldOf(seed))
  const scheduler = createScheduler(swarm.start, dice.fork('schedule'), recordsStory)
  const stored = createMemoryTables()
  crypto.isReal = swarm.realCrypto
  const vault = createMemoryVault(swarm.realCrypto ? { modulusLength: 2048 } : { keys: lightKey })
  const commits = watchCommits(stored)
  let faults = swarm.connectsFirst ? NO_FAULTS : swarm.faults
  const rates = () => faults
  const findings: string[] = []
  const latencyMs = () => (faults === NO_FAULTS ? 0 : swarm.latencyMs)
  const tables = watchErasures(commits.tables, scheduler, erased)
  const receivers = () => (faults === NO_FAULTS ? HELPFUL : swarm.episodes.receivers)
  const cluster = createCluster({ scheduler, dice, swarm, rates, latencyMs, receivers, tables, vault })
  const { microsoft, queue } = cluster
  const users = createUsers({ scheduler, dice, swarm, rates, cluster })
  runTimers({ scheduler, swarm, tables, cluster })

  const connectAll = ({ integrators }: User) => Promise.all(integrators.map(({ client }) => client.connect()))

  async function connectAgain(user: User): Promise<void> {
    const pauses = dice.fork(`${user.owner.name} connects`)
    for (let times = 0; times < swarm.connects; times++) {
      if (times > 0 || !swarm.connectsFirst) await connectAll(user)
      const pause = pauses.below((swarm.pauseMs * swarm.operations) / 4) as DurationMs
      if (times + 1 < swarm.connects) await scheduler.clock(user.owner).sleep(pause)
    }
  }

  /** @param restored the restore that the person's last deed comes after. */
  async function live(user: User, restored: Promise<void> | undefined): Promise<void> {
    const work = user.integrators.flatMap(({ writer, follower }) => [
      writer?.work(),
      // Something has to happen that only the channel tells.
      follower?.work().then(user.editor.work),
    ])
    await Promise.all([connectAgain(user), user.editor.work(), user.leaver.work(), ...work])
    await restored
    await user.leaver.end()
  }

  const inspect = () => createInspector({ tables: stored, vault, random: dice, now: scheduler.now })

  /** Also of somebody who was told that it could not be begun. */
  function erased(account: string): void {
    for (const { integrators, notebook, ledger, leaver, owner } of users) {
      if (!integrators.some(({ client }) => client.account === account)) continue
      const isOver = leaver.fate === 'disconnected' || swarm.episodes.restore
      if (!leaver.hasAsked && !isOver) scheduler.violate(`K7: ${owner.name} has asked for no erasure`)
      beginAnew(notebook, ledger.tick())
    }
  }

  const keeper = createKeeper({
    ...{ scheduler, vault, cluster },
    dice: dice.fork('keeper'),
    times: swarm.episodes.rotations,
  })
  const newer = createNewerRelease({ inspect, dice: dice.fork('newer') })

  /** What happens to the service as a whole, beside what its people do. */
  const upheavals = (): readonly Promise<unknown>[] => [
    keeper.work(),
    deploy({ scheduler, cluster, newer, dice: dice.fork('deploys'), times: swarm.episodes.deploys }),
    cluster.partitions.work(cluster.names),
  ]

  /** Some lose their tables while people live, the others when everybody is done, and some have left for good. */
  function lives(): readonly Promise<unknown>[] {
    if (!swarm.episodes.restore) return users.map((user) => live(user, undefined))
    const own = dice.fork('restores')
    const restore = (after?: Promise<unknown>) =>
      restoreOnce({ ...{ scheduler, cluster, users, newer, after }, tables: stored, dice: own })
    if (own.chance(0.5)) {
      const all = Promise.all(users.map((user) => live(user, undefined)))
      return [all, restore(all)]
    }
    const restored = restore()
    return [restored, ...users.map((user) => live(user, restored))]
  }

  /** @returns whether all of it is done. */
  function unlessItFails(work: readonly Promise<unknown>[]): () => boolean {
    let busy = work.length
    const fail = (error: unknown) => scheduler.violate(`a person met ${describe(error)}`)
    for (const one of work) void one.catch(fail).then(() => busy--)
    return () => busy === 0
  }

  async function misfortune(): Promise<() => boolean> {
    if (swarm.connectsFirst) await scheduler.run(FOREVER, unlessItFails(users.map(connectAll)))
    faults = swarm.faults
    microsoft.faults.notifications.drop = faults.notificationLost
    scheduler.note('THINGS GO WRONG')
    const isOver = unlessItFails([...lives(), ...upheavals()])
    await scheduler.run(FOREVER, () => isOver() || scheduler.steps > swarm.faultySteps)
    return isOver
  }

  async function calm(isOver: () => boolean): Promise<void> {
    faults = NO_FAULTS
    microsoft.faults.notifications.drop = 0
    scheduler.note('NOTHING GOES WRONG ANY MORE')
    await scheduler.run(FOREVER, isOver)
    cluster.partitions.heal()
    await finish(keeper.end())
    const wait = doneWithin(swarm)
    if (wait === undefined) return
    await scheduler.run(later(scheduler.now(), wait))
    const inspector = await inspect()
    for (const user of users)
      findings.push(...(await unfinished(swarm, user, await inspector.inspect(user.person), finish)))
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
    await scheduler.run(later(scheduler.now(), minutes(5)))
    const news = cluster.desk.taken > told ? ['I4: a visit that finds nothing tells a channel something'] : []
    return [...commits.stop(), ...news]
  }

  /** How both sides differ when nothing has gone wrong for a while; empty as soon as they do not. */
  async function converge(checker: Parameters<typeof verdict.compare>[0]): Promise<readonly string[]> {
    const since = scheduler.now()
    let different: readonly string[] = []
    for (const quiet of QUIET) {
      await scheduler.run(afterNight(later(since, quiet)))
      const isQuiet = queue.isEmpty && cluster.channelQueue.isEmpty
      different = isQuiet ? await verdict.compare(checker) : [LEFT]
      // A visit of everybody would find what nobody has told.
      if (different.length === 0) different = await echo()
      if (different.length === 0) break
    }
    return different
  }

  try {
    await calm(await misfortune())
    if (swarm.episodes.rotations > 0) findings.push(...(await readsWithNewest(vault, inspect)))
    const checker = { scheduler, swarm, users, cluster, tables: stored, inspect, finish }
    findings.push(...(await converge(checker)))
    // An account that is being erased has lost its key a moment before its rows.
    if (isEventful(swarm)) findings.push(...(await unopenable(stored, (await inspect()).envelope)))
    findings.push(...(await verdict.again(checker)))
    const inspector = await inspect()
    const inspectionOf = ({ person }: User) => inspector.inspect(person)
    findings.push(...(await reachedByStrangers({ users: staying(users), inspectionOf, finish })))
    findings.push(...(await verdict.retained(checker)))
    const names = users.flatMap(({ person }) => [person.oid, person.userPrincipalName, person.displayName])
    if (swarm.realCrypto) findings.push(...readableRows(stored, names))
    const texts = { queue: queue.seen, channels: cluster.channelQueue.seen, log: cluster.logged }
    findings.push(...readableTexts(texts, names), ...sharedKeys(stored))
    // Nobody touches the rows here, so that each alarm would be a false one.
    findings.push(...cluster.logged.filter((line) => /"row-(rolled-back|quarantined)"/.test(line)).slice(0, 3))
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    findings.push(error.message)
  }
  const { steps, hash, story } = scheduler
  return { seed, swarm, findings, steps, operations: operationsOf(users), hash, story }
}

/** The world that a seed chooses. */
export const worldOf = (seed: number): Swarm => chooseSwarm(createDice(seed).fork('swarm'))

const operationsOf = (users: readonly User[]): number =>
  users.reduce((sum, { ledger, notebook }) => {
    const edits = ledger.entries.filter(({ by }) => by === 'outlook')
    return sum + edits.length + notebook.wishes.length
  }, 0)

const same = <T>(it: T): T => it
