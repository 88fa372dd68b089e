import type { Fault } from './fault.ts'
import type { Proof } from './proofs.ts'

/** What the tests of one row have come to. */
export interface Verdict {
  readonly fault: Fault
  readonly holds: boolean
  /** Why it does not hold. */
  readonly problems: readonly string[]
  readonly proofs: readonly Proof[]
}

/**
 * A row holds when each place that names it had a test that passed, and none that did not.
 * @param named found by reading the files.
 * @param run what became of the tests.
 */
export function verdictOf(fault: Fault, named: readonly Proof[], run: readonly Proof[]): Verdict {
  const [places, proofs] = [new Set(proofsFor(fault, named).map(({ place }) => place)), proofsFor(fault, run)]
  const missing = [...places].filter((place) => !proofs.some((proof) => proof.place === place))
  const bad = proofs.filter(({ state }) => state !== 'passed')
  const problems = [
    ...(places.size === 0 ? ['no test has its id at the front of its name'] : []),
    ...missing.map((place) => `did not run: ${place}`),
    ...bad.map(({ state, place, name }) => `${state}: ${place} ${name}`),
  ]
  return { fault, holds: problems.length === 0, problems: [...new Set(problems)], proofs }
}

const proofsFor = ({ id }: Fault, proofs: readonly Proof[]): readonly Proof[] =>
  proofs.filter((proof) => proof.id === id)
