import { type Bundle, bundleSimulation } from '../run/bundle.ts'
import { runWorlds } from '../run/pool.ts'
import type { Outcome, Task } from '../run/task.ts'
import type { Mistake } from './mistake.ts'
import { WORLDS } from './worlds.ts'

/** What has become of a mistake. */
export interface Search {
  readonly mistake: Mistake
  /** How many worlds were tried. */
  readonly worlds: number
  /** The world that found it, and what it says; absent when none did. The same world finds nothing without the mistake. */
  readonly by?: Finding | undefined
}

interface Finding {
  readonly seed: number
  readonly finding: string
}

interface Limits {
  /** How many mistakes are looked for at once. */
  readonly workers: number
  /** How many worlds are tried for each. */
  readonly most: number
  /** Told of each mistake when it has been looked for. */
  readonly done?: (search: Search) => void
}

/** Looks for mistakes, each in the world that found it before and those after it. */
export async function searchAll(mistakes: readonly Mistake[], limits: Limits): Promise<readonly Search[]> {
  using right = await bundleSimulation()
  const rest = [...mistakes]
  const searches: Search[] = []
  const work = async () => {
    for (let mistake = rest.shift(); mistake !== undefined; mistake = rest.shift()) {
      const search = await searchFor(mistake, right, limits.most)
      searches.push(search)
      limits.done?.(search)
    }
  }
  await Promise.all(Array.from({ length: limits.workers }, work))
  return searches
}

/** @param right the simulation without the mistake: what it finds as well is not found because of the mistake. */
async function searchFor(mistake: Mistake, right: Bundle, most: number): Promise<Search> {
  using wrong = await bundleSimulation(mistake.patches)
  let worlds = 0
  while (worlds < most) {
    const outcomes = await firstFound(wrong, mistake, mistake.seed + worlds, most - worlds)
    worlds += outcomes.length
    const by = findingOf(outcomes.at(-1), mistake)
    if (by !== undefined && (await isClean(right, taskOf(mistake, by.seed)))) return { mistake, worlds, by }
  }
  return { mistake, worlds }
}

/** The outcomes of worlds up to the first that finds a mistake. */
async function firstFound(bundle: Bundle, mistake: Mistake, from: number, most: number): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const isOver = () => outcomes.length === most || findingOf(outcomes.at(-1), mistake) !== undefined
  const next = () => (isOver() ? undefined : taskOf(mistake, from + outcomes.length))
  await runWorlds({ bundle: bundle.file, workers: 1, next, done: (outcome) => void outcomes.push(outcome) })
  return outcomes
}

/** What a service says nothing with: its world broke, or took too long. */
const OF_THE_RUN = /the worker died|has not ended after|the simulation throws/

function findingOf(outcome: Outcome | undefined, { found }: Mistake): Finding | undefined {
  const finding = outcome?.findings.find((one) => found.test(one) && !OF_THE_RUN.test(one))
  return outcome && finding !== undefined ? { seed: outcome.task.seed, finding } : undefined
}

async function isClean(bundle: Bundle, task: Task): Promise<boolean> {
  const rest = [task]
  const findings: string[] = []
  const done = (outcome: Outcome) => void findings.push(...outcome.findings)
  await runWorlds({ bundle: bundle.file, workers: 1, next: () => rest.shift(), done })
  return findings.length === 0
}

const taskOf = ({ worlds }: Mistake, seed: number): Task => ({ seed, ...(worlds && { adjustments: WORLDS[worlds] }) })
