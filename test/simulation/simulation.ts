import { type DurationMs, type EpochMs, hours, later, minutes } from '../../shared/core/time.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { createMemoryTables } from '../support/memory-tables.ts'
import { createMemoryVault } from '../support/memory-vault.ts'
import { differences, leaks, untold } from './check.ts'
import { type Client, createClient } from './client.ts'
import { createCluster, describe } from './cluster.ts'
import { createDice } from './dice.ts'
import { createInspector, lastMonthOf } from './inspector.ts'
import { createEditor } from './person.ts'
import { createScheduler, type Owner, Violation } from './scheduler.ts'
import { chooseSwarm, NO_FAULTS, type Swarm } from './swarm.ts'
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

interface Options {
  readonly recordsStory?: boolean
  /** Breaks the service on purpose, to see that it is found out. */
  readonly between?: (tables: Tables) => Tables
  /** Changes the world the seed chose. */
  readonly adjust?: (swarm: Swarm) => Swarm
}

/** Longer than anything waits: the safety poll, and Graph's last attempt to deliver a notification. */
const QUIET = (hours(6) + minutes(30)) as ReturnType<typeof hours>
/** Steps after which nothing goes wrong any more, for worlds in which hardly anything works. */
const MOST_MISFORTUNE = 10_000
const FOREVER = Number.POSITIVE_INFINITY as EpochMs

/**
 * The whole service with its neighbours in one process, one seed and virtual time: people connect and edit while things
 * go wrong, then nothing goes wrong any more, and what the API tells must be what the mailboxes hold.
 */
export async function simulate(
  seed: number,
  { recordsStory = false, between = (tables) => tables, adjust = (swarm) => swarm }: Options = {},
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
  const cluster = createCluster({ scheduler, dice, swarm, rates, latencyMs, tables: commits.tables, vault, between })
  const { microsoft, queue } = cluster

  const users = microsoft.people.map((person) => {
    const owner: Owner = { name: person.displayName, alive: true }
    const mailbox = microsoft.world.mailboxOf(person.oid)
    const editor = createEditor({ scheduler, owner, dice: dice.fork(owner.name), swarm, rates, mailbox })
    return { owner, person, mailbox, editor, client: createClient({ scheduler, cluster, owner, person }) }
  })

  async function connect(owner: Owner, client: Client): Promise<void> {
    const pauses = dice.fork(`${owner.name} connects`)
    for (let times = 0; times < swarm.connects; times++) {
      await client.connect()
      const pause = pauses.below((swarm.pauseMs * swarm.operations) / 4) as DurationMs
      if (times + 1 < swarm.connects) await scheduler.clock(owner).sleep(pause)
    }
  }

  let busy = users.length

  async function misfortune(): Promise<void> {
    const fail = (error: unknown) => scheduler.violate(`a person met ${error}`)
    for (const { owner, client, editor } of users)
      void Promise.all([connect(owner, client), editor.work()])
        .catch(fail)
        .then(() => busy--)
    await scheduler.run(FOREVER, () => busy === 0 || scheduler.steps > MOST_MISFORTUNE)
  }

  async function calm(): Promise<void> {
    faults = NO_FAULTS
    microsoft.faults.notifications.drop = 0
    scheduler.note('NOTHING GOES WRONG ANY MORE')
    await scheduler.run(FOREVER, () => busy === 0)
    await scheduler.run(later(scheduler.now(), QUIET))
    if (!queue.isEmpty) scheduler.violate('messages are left in the queue')
  }

  /** Lets the run go on until a task of the checker's is done. */
  async function finish<T>(task: Promise<T>): Promise<T | undefined> {
    let done: { readonly result: T } | undefined
    const failed = (error: unknown) => scheduler.violate(`a check fails: ${describe(error)}`)
    void task.then((result) => {
      done = { result }
    }, failed)
    await scheduler.run(later(scheduler.now(), minutes(5)), () => done !== undefined)
    return done?.result
  }

  async function compare(): Promise<string[]> {
    const inspector = await createInspector({ tables: stored, vault, random: dice, now: scheduler.now })
    const found: string[] = []
    for (const { person, mailbox, client } of users) {
      const { keyOf, calendars } = await inspector.inspect(person)
      const told = await finish(client.readChanges())
      for (const span of calendars.flatMap((calendar) => [calendar, lastMonthOf(calendar)])) {
        const read = await finish(client.read(span))
        found.push(...differences(mailbox, read ?? [], span, keyOf), ...untold(told ?? [], read ?? []))
      }
      if (calendars.length !== mailbox.calendars().length) found.push(`${calendars.length} calendars are known`)
    }
    return found
  }

  /** One more visit of everybody, with nothing new (I4). */
  async function echo(): Promise<readonly string[]> {
    const inspector = await createInspector({ tables: stored, vault, random: dice, now: scheduler.now })
    commits.start()
    for (const { person } of users)
      queue.send([{ account: (await inspector.inspect(person)).account, reason: 'notified' }], minutes(0))
    await scheduler.run(later(scheduler.now(), minutes(20)))
    return commits.stop()
  }

  const findings: string[] = []
  try {
    await misfortune()
    await calm()
    findings.push(...(await compare()))
    findings.push(...(await echo()))
    findings.push(...leaks(stored, { queue: queue.seen, log: cluster.logged }))
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    findings.push(error.message)
  }
  return { seed, swarm, findings, steps: scheduler.steps, hash: scheduler.hash, story: scheduler.story }
}
