import { memoryUsage, stdout } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createProgress } from '../../support/progress.ts'
import { startCoverage } from './coverage.ts'
import { type Exploration, explore } from './explore.ts'
import type { ParserTarget } from './target.ts'
import { startWatchdog } from './watchdog.ts'

export interface ParserOrder {
  readonly targets: readonly ParserTarget[]
  readonly seed: number
  /** Inputs for each target. */
  readonly count: number
  /** When to end, as `performance.now()` tells the time. */
  readonly until: number
}

/** Inputs between two movements of the bar. */
const SHOWN_EACH = 100

/** What a target may leave behind on the heap, in MiB: its pool of inputs, and what libraries keep once. */
const MOST_GROWTH = 48

/** Tries the targets one after the other and prints what comes of it. @returns whether all of them hold. */
export async function fuzzParsers({ targets, seed, count, until }: ParserOrder): Promise<boolean> {
  const coverage = startCoverage()
  const watchdog = startWatchdog()
  let isWell = true
  for (const [at, target] of targets.entries()) {
    const end = performance.now() + (until - performance.now()) / (targets.length - at)
    const mayGoOn = () => performance.now() < end
    const before = heapMiB()
    const progress = createProgress(target.name)
    let tried = 0
    const trying = (input: string) => {
      watchdog.trying(input)
      tried += 1
      if (tried % SHOWN_EACH === 0) progress.at(Math.min(tried, count), count)
    }
    const explored = await explore(target, { seed, count, coverage, trying, mayGoOn })
    progress.end()
    const growth = heapMiB() - before
    stdout.write(textOf(target, explored, growth))
    isWell &&= explored.findings.length === 0 && growth < MOST_GROWTH
  }
  coverage.stop()
  await watchdog.stop()
  return isWell
}

function textOf(target: ParserTarget, { tried, kept, findings }: Exploration, growth: number): string {
  const verdict = findings.length === 0 ? (growth < MOST_GROWTH ? 'holds' : 'GROWS') : 'BROKEN'
  const numbers = `${String(tried).padStart(8)} inputs ${String(kept).padStart(5)} kept ${growth.toFixed(0).padStart(4)} MiB`
  const lines = findings.map(({ what, input }) => `    ${what}\n    with ${JSON.stringify(input.slice(0, 2_000))}\n`)
  return `${target.name.padEnd(20)} ${verdict.padEnd(7)}${numbers}  ${target.property}\n${lines.join('')}`
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapMiB(): number {
  collect()
  return memoryUsage().heapUsed / 2 ** 20
}
