import { worldOf } from '../simulation.ts'
import { type Adjustments, adjusted } from './adjustments.ts'
import { runWorlds } from './pool.ts'
import { simplerThan } from './simpler.ts'
import type { Outcome, Task } from './task.ts'

interface Shrinking {
  readonly bundle: string
  readonly workers: number
  /** How long simpler worlds are looked for, in milliseconds. */
  readonly limitMs: number
}

/** What a finding says is broken: its invariant, or how it begins. */
const kindOf = (finding: string): string => /^I\d/.exec(finding)?.[0] ?? finding.split(' ').slice(0, 2).join(' ')

/**
 * The simplest world of the same seed that was found in time and breaks the same: fewer people, calendars, operations,
 * instances and faults, one after the other, as long as it fails.
 */
export async function shrink(failed: Outcome, { bundle, workers, limitMs }: Shrinking): Promise<Outcome> {
  const { seed } = failed.task
  const kinds = new Set(failed.findings.map(kindOf))
  const until = performance.now() + limitMs
  let best = failed
  let tried = new Set<string>()
  let hasImproved = false
  const basedOn = new Map<Task, Outcome>()

  const candidate = (): Adjustments | undefined =>
    simplerThan(adjusted(worldOf(seed), best.task.adjustments ?? {})).find((one) => !tried.has(JSON.stringify(one)))

  function next(): Task | undefined {
    if (performance.now() > until) return undefined
    const simpler = candidate()
    if (simpler === undefined) return again()
    tried.add(JSON.stringify(simpler))
    const task = { seed, adjustments: { ...best.task.adjustments, ...simpler } }
    basedOn.set(task, best)
    return task
  }

  /** What did not help before may help now. */
  function again(): Task | undefined {
    if (!hasImproved) return undefined
    hasImproved = false
    tried = new Set()
    return next()
  }

  function done(outcome: Outcome): void {
    const isSame = outcome.findings.some((finding) => kinds.has(kindOf(finding)))
    // One that was thought of before a better world was found is tried again on that one.
    if (basedOn.get(outcome.task) !== best) tried = new Set([...tried].filter((one) => !isIn(one, outcome.task)))
    else if (isSame) [best, hasImproved] = [outcome, true]
  }

  await runWorlds({ bundle, workers, next, done })
  return best
}

const isIn = (tried: string, { adjustments }: Task): boolean =>
  Object.entries(JSON.parse(tried) as Adjustments).every(([path, value]) => adjustments?.[path] === value)
