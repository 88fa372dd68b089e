import type { Progress } from '../../support/progress.ts'
import { type Cost, type Measured, startMeasured } from './cost.ts'
import { type Connected, connectSomebody, createPopulation } from './population.ts'
import { workOf, workOnce } from './rounds.ts'
import type { Work } from './work.ts'

/** A service with so many accounts, a few of which are at work. */
export interface Populated extends Measured {
  readonly people: readonly Connected[]
  /** As many accounts as are wanted now; never fewer than before. */
  growTo(accounts: number): void
}

/** @param active how many of the accounts are at work; each has been at work before it is measured. */
export async function startPopulated(active: number): Promise<Populated> {
  const measured = await startMeasured()
  const { fixture } = measured
  const population = await createPopulation(fixture)
  const people: Connected[] = []
  while (people.length < active) people.push(await connectSomebody(fixture))
  for (const person of people) await workOnce(fixture, person)
  // The one that is copied is there too.
  let accounts = people.length + 1
  return {
    ...measured,
    people,
    growTo(wanted) {
      population.grow(Math.max(0, wanted - accounts))
      accounts = Math.max(accounts, wanted)
    },
  }
}

/** The same work at two sizes, in turn, by the same number of people. */
export interface Compared {
  readonly small: readonly Cost[]
  readonly large: readonly Cost[]
}

interface Sizes {
  readonly small: number
  readonly large: number
  readonly active: number
  /** How often each person does each work. */
  readonly rounds: number
  readonly progress: Progress
}

const COMPARED = ['pull', 'action'] as const satisfies readonly Work[]

export async function compareSizes(sizes: Sizes): Promise<Readonly<Record<(typeof COMPARED)[number], Compared>>> {
  const [small, large] = [await startPopulated(sizes.active), await startPopulated(sizes.active)]
  small.growTo(sizes.small)
  large.growTo(sizes.large)
  const costs = {
    pull: { small: [] as Cost[], large: [] as Cost[] },
    action: { small: [] as Cost[], large: [] as Cost[] },
  }
  for (let round = 0; round < sizes.rounds; round++) {
    sizes.progress.at(round, sizes.rounds)
    for (const [at, person] of small.people.entries()) {
      const other = large.people[at]
      if (other === undefined) continue
      for (const work of COMPARED) {
        costs[work].small.push(await workOf(small, work, person))
        costs[work].large.push(await workOf(large, work, other))
      }
    }
  }
  return costs
}
