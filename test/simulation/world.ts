import { later, minutes } from '../../shared/core/time.ts'
import { createDice, type Dice } from '../support/dice.ts'
import { createMemoryTables, type MemoryTables } from '../support/memory-tables.ts'
import { createMemoryVault, type MemoryVault } from '../support/memory-vault.ts'
import { describe } from './describe.ts'
import { watchErasures } from './judging/erasures.ts'
import { createInspector, type Inspector } from './judging/inspector.ts'
import { watchCommits } from './judging/watch.ts'
import { crypto } from './light/crypto.ts'
import { lightKey } from './light/vault-key.ts'
import { createUsers, type User } from './people/users.ts'
import { beginAnew } from './people/wish.ts'
import { createScheduler, type Scheduler, Violation } from './scheduler.ts'
import { type Cluster, createCluster } from './service/cluster.ts'
import { runTimers } from './service/timers.ts'
import { HELPFUL } from './swarm/episodes.ts'
import { NO_FAULTS, type Swarm } from './swarm/swarm.ts'

/** Everything there is in one run: the service, its neighbours, and the people who use it. */
export interface World {
  readonly swarm: Swarm
  readonly dice: Dice
  readonly scheduler: Scheduler
  readonly cluster: Cluster
  readonly users: readonly User[]
  /** What is stored, past everything that watches or disturbs. */
  readonly tables: MemoryTables
  readonly vault: MemoryVault
  readonly commits: ReturnType<typeof watchCommits>
  /** From now on things go wrong as the swarm says, or not at all. */
  disturb(isOn: boolean): void
  /** Reads what the service knows with its keys as they are. */
  inspect(): Promise<Inspector>
  /** Lets the run go on until a task of the checker's is done. @throws Violation when it takes more than five minutes. */
  finish<T>(task: Promise<T>): Promise<T>
}

export function createWorld(seed: number, swarm: Swarm, recordsStory: boolean): World {
  const dice = createDice(seed)
  const scheduler = createScheduler(swarm.start, dice.fork('schedule'), recordsStory)
  const stored = createMemoryTables(swarm.neighbours.pageRows)
  crypto.isReal = swarm.realCrypto
  const vault = createMemoryVault(swarm.realCrypto ? { modulusLength: 2048 } : { keys: lightKey })
  const commits = watchCommits(stored)
  let faults = swarm.connectsFirst ? NO_FAULTS : swarm.faults
  const isCalm = () => faults === NO_FAULTS
  const rates = () => faults
  const tables = watchErasures(commits.tables, scheduler, (account) =>
    erased(account, { users, swarm, scheduler, cluster }),
  )
  const cluster = createCluster({
    ...{ scheduler, dice, swarm, rates, tables, vault },
    latencyMs: () => (isCalm() ? 0 : swarm.latencyMs),
    receivers: () => (isCalm() ? HELPFUL : swarm.episodes.receivers),
  })
  const users = createUsers({ scheduler, dice, swarm, rates, cluster })
  runTimers({ scheduler, swarm, tables, cluster })
  return {
    ...{ swarm, dice, scheduler, cluster, users, vault, commits, tables: stored },
    disturb(isOn) {
      faults = isOn ? swarm.faults : NO_FAULTS
      cluster.microsoft.disturbSubscriptions(faults)
    },
    inspect: () => createInspector({ tables: stored, vault, random: dice, now: scheduler.now }),
    finish: (task) => finish(scheduler, task),
  }
}

/** Also of somebody who was told that it could not be begun. */
function erased(
  account: string,
  { users, swarm, scheduler, cluster }: Pick<World, 'users' | 'swarm' | 'scheduler' | 'cluster'>,
): void {
  for (const { integrators, notebook, ledger, leaver, owner, person } of users) {
    if (!integrators.some(({ client }) => client.account === account)) continue
    const isOver = leaver.fate === 'disconnected' || swarm.episodes.restore || cluster.unreadable.isOverdue(account)
    if (!leaver.hasAsked && !isOver) scheduler.violate(`K7: ${owner.name} has asked for no erasure`)
    beginAnew(notebook, ledger.tick())
    cluster.microsoft.farewell.left(person.oid)
  }
}

async function finish<T>(scheduler: Scheduler, task: Promise<T>): Promise<T> {
  let done: { readonly result: T } | undefined
  const failed = (error: unknown) => scheduler.violate(`a check fails: ${describe(error)}`)
  void task.then((result) => {
    done = { result }
  }, failed)
  await scheduler.run(later(scheduler.now(), minutes(5)), () => done !== undefined)
  if (done === undefined) throw new Violation('a check does not end')
  return done.result
}
