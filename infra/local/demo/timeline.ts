import { stdout } from 'node:process'
import { type Clock, type EpochMs, elapsed } from '../../../shared/core/time.ts'

/** What the system had asked its neighbours for when a step was over, since the step before. */
export interface Counts {
  readonly graph: number
  readonly tables: number
  readonly vault: number
}

export interface Step extends Counts {
  readonly step: string
  readonly found: string
  readonly durationMs: number
  readonly verified: boolean
}

export interface Timeline {
  /** Runs a step and writes down how long it took and what it cost. @throws what `run` throws. */
  step(name: string, run: () => Promise<string>): Promise<void>
  readonly steps: readonly Step[]
}

export function createTimeline(clock: Clock, counts: () => Promise<Counts>, print: boolean): Timeline {
  const steps: Step[] = []
  const started = clock.now()

  async function attempt(run: () => Promise<string>): Promise<{ found: string; verified: boolean }> {
    try {
      return { found: await run(), verified: true }
    } catch (error) {
      return { found: error instanceof Error ? error.message : String(error), verified: false }
    }
  }

  return {
    steps,
    async step(name, run) {
      const before = await counts()
      const from = clock.now()
      const { found, verified } = await attempt(run)
      const durationMs = elapsed(from, clock.now())
      const step = { step: name, found, durationMs, verified, ...difference(before, await counts()) }
      steps.push(step)
      if (print) stdout.write(line(elapsed(started, from as EpochMs), step))
      if (!verified) throw new Error(`${name}: ${found}`)
    },
  }
}

const difference = (before: Counts, after: Counts): Counts => ({
  graph: after.graph - before.graph,
  tables: after.tables - before.tables,
  vault: after.vault - before.vault,
})

export const HEADING = `${'at'.padStart(8)}  ${'step'.padEnd(42)}${'took'.padStart(9)}${'Graph'.padStart(7)}${'tables'.padStart(8)}${'vault'.padStart(7)}  seen\n`

const line = (at: number, { step, durationMs, graph, tables, vault, found, verified }: Step): string =>
  `${`${(at / 1000).toFixed(2)} s`.padStart(8)}  ${step.padEnd(42)}${`${durationMs} ms`.padStart(9)}` +
  `${String(graph).padStart(7)}${String(tables).padStart(8)}${String(vault).padStart(7)}  ${verified ? '' : 'FAILED: '}${found}\n`
