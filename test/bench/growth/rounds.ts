import type { ServiceFixture } from '../../support/service.ts'
import { type Cost, type Measured, shareOf } from './cost.ts'
import type { Connected } from './population.ts'
import { WORK, type Work } from './work.ts'

/** What a unit of work took each time, and what its requests alone took after it. */
export interface Rounds {
  readonly ours: readonly Cost[]
  readonly bare: readonly Cost[]
}

/** Somebody does each work once, so that none of what is measured is done for the first time. */
export async function workOnce(fixture: ServiceFixture, somebody: Connected): Promise<void> {
  for (const work of Object.values(WORK)) await work(fixture, somebody)
}

export async function workOf({ fixture, costOf }: Measured, work: Work, person: Connected): Promise<Cost> {
  // Once a minute an instance asks whether the integrator is registered, for all of its requests.
  await WORK.answer(fixture, person)
  return costOf(() => WORK[work](fixture, person))
}

/** Each of the people does each work, who may be one and the same. */
export async function roundsOf(
  measured: Measured,
  people: readonly Connected[],
  works: readonly Work[],
): Promise<Readonly<Record<string, Rounds>>> {
  const all: Record<string, Rounds> = {}
  for (const work of works) all[work] = await repeated(measured, people, (person) => workOf(measured, work, person))
  return all
}

/** Measures `act` for each, and the bare program after it. */
export async function repeated<One>(
  { bareCost }: Measured,
  each: readonly One[],
  act: (one: One) => Promise<Cost>,
): Promise<Rounds> {
  const rounds = { ours: [] as Cost[], bare: [] as Cost[] }
  for (const one of each) {
    rounds.ours.push(await act(one))
    rounds.bare.push(await bareCost())
  }
  return rounds
}

/** What one of so many took each time. */
export const sharesOf = ({ ours, bare }: Rounds, count: number): Rounds => ({
  ours: ours.map((cost) => shareOf(cost, count)),
  bare: bare.map((cost) => shareOf(cost, count)),
})
