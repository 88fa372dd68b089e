import { createDice } from '../support/dice.ts'
import { runCourse } from './course.ts'
import { judgeEnd } from './judging/end.ts'
import type { User } from './people/users.ts'
import { Violation } from './scheduler.ts'
import { chooseSwarm, type Swarm } from './swarm/swarm.ts'
import { createWorld, type World } from './world.ts'

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
 * The whole service with its neighbours in one process, one seed and virtual time. When its course is over both sides must
 * be equal.
 */
export async function simulate(seed: number, { recordsStory = false, adjust = same }: Options = {}): Promise<Run> {
  const swarm = adjust(worldOf(seed))
  const world = createWorld(seed, swarm, recordsStory)
  const findings = await findingsOf(world)
  const { steps, hash, story } = world.scheduler
  return { seed, swarm, findings, steps, operations: operationsOf(world.users), hash, story }
}

async function findingsOf(world: World): Promise<readonly string[]> {
  const found: string[] = []
  try {
    found.push(...(await runCourse(world)))
    found.push(...(await judgeEnd(world)))
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    found.push(error.message)
  }
  return found
}

/** The world that a seed chooses. */
export const worldOf = (seed: number): Swarm => chooseSwarm(createDice(seed).fork('swarm'))

const operationsOf = (users: readonly User[]): number =>
  users.reduce((sum, { ledger, notebook }) => {
    const edits = ledger.entries.filter(({ by }) => by === 'outlook')
    return sum + edits.length + notebook.wishes.length
  }, 0)

const same = <T>(it: T): T => it
