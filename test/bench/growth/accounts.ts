import type { Progress } from '../../support/progress.ts'
import { type Cost, type Measured, startMeasured, typical } from './cost.ts'
import { type Connected, connectSomebody, createPopulation } from './population.ts'
import { WORK, type Work } from './work.ts'

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
  for (const person of people) for (const work of Object.values(WORK)) await work(fixture, person)
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

export async function workOf({ fixture, costOf }: Measured, work: Work, person: Connected): Promise<Cost> {
  // Once a minute an instance asks whether the integrator is registered, for all of its requests.
  await WORK.answer(fixture, person)
  return costOf(() => WORK[work](fixture, person))
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

/** What one of each work costs now. */
export async function costsOfWork(populated: Populated): Promise<Readonly<Record<Work | 'tick', Cost>>> {
  const { people, fixture, costOf } = populated
  const of = async (work: Work) => {
    const costs: Cost[] = []
    for (const person of people) costs.push(await workOf(populated, work, person))
    return typical(costs)
  }
  // Whoever was due has been visited; what is measured is the look that finds nobody.
  await fixture.service.wakeDue()
  await fixture.settle()
  const tick = await costOf(() => fixture.service.wakeDue())
  return {
    ...{ tick, pull: await of('pull'), action: await of('action'), answer: await of('answer') },
  }
}
