import { days, type EpochMs, earlier, hours, later, minutes } from '../../shared/core/time.ts'
import { createKeyRing } from '../../shared/crypto/key-ring.ts'
import { startOfDay } from '../../shared/events/window.ts'
import { accountIdOf, namesOf } from '../../shared/storage/accounts/row-keys.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { createMemoryTables } from '../support/memory-tables.ts'
import { createMemoryVault } from '../support/memory-vault.ts'
import { differences, leaks } from './check.ts'
import { type Client, createClient } from './client.ts'
import { createCluster } from './cluster.ts'
import { createDice } from './dice.ts'
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
    return { person, mailbox, editor, client: createClient({ scheduler, cluster, owner, person }) }
  })

  async function misfortune(): Promise<void> {
    let busy = users.length
    const fail = (error: unknown) => scheduler.violate(`a person met ${error}`)
    for (const { client, editor } of users)
      void Promise.all([client.connect(), editor.work()])
        .catch(fail)
        .then(() => busy--)
    await scheduler.run(FOREVER, () => busy === 0)
  }

  async function calm(): Promise<void> {
    faults = NO_FAULTS
    microsoft.faults.notifications.drop = 0
    scheduler.note('NOTHING GOES WRONG ANY MORE')
    await scheduler.run(later(scheduler.now(), QUIET))
    if (!queue.isEmpty) scheduler.violate('messages are left in the queue')
  }

  async function names() {
    const clock = scheduler.clock({ name: 'checker', alive: true })
    const ring = { environment: 'simulation', vault, keysTable: stored.table('keys'), clock, random: dice }
    const blind = await createKeyRing(ring).blindIndex()
    return (tid: string, oid: string) => {
      const account = accountIdOf(blind, tid, oid)
      return { account, keyOf: namesOf(blind, account).item }
    }
  }

  async function read(client: Client, span: { from: EpochMs; to: EpochMs }) {
    let result: Awaited<ReturnType<Client['read']>> | undefined
    const reading = client.read(span.from, span.to).then((events) => {
      result = events
    })
    const failed = reading.catch((error: unknown) => scheduler.violate(`reading fails: ${error}`))
    await scheduler.run(later(scheduler.now(), minutes(2)), () => result !== undefined)
    await Promise.race([failed, new Promise((resolve) => setImmediate(resolve))])
    return result ?? []
  }

  async function compare(): Promise<string[]> {
    const nameOf = await names()
    // The part of the window that is in it on every day of the run.
    const from = earlier(startOfDay(scheduler.now()), days(swarm.windowDays.past))
    const span = { from, to: later(startOfDay(swarm.start), days(swarm.windowDays.future)) }
    const found: string[] = []
    for (const { person, mailbox, client } of users) {
      const { keyOf } = nameOf(person.tid, person.oid)
      found.push(...differences(mailbox, await read(client, span), span, keyOf))
    }
    return found
  }

  /** One more visit of everybody, with nothing new (I4). */
  async function echo(): Promise<readonly string[]> {
    const nameOf = await names()
    commits.start()
    for (const { person } of users)
      queue.send([{ account: nameOf(person.tid, person.oid).account, reason: 'notified' }], minutes(0))
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
