import { stdout } from 'node:process'
import { type Clock, type EpochMs, elapsed } from '../../../shared/core/time.ts'

/** What the system had asked its neighbours for when a step was over, since the step before. */
export interface Counts {
  readonly graph: number
  /** Those of `graph` that have changed a mailbox. */
  readonly writes: number
  readonly tables: number
  readonly vault: number
}

export interface Step extends Counts {
  readonly chapter: string
  readonly step: string
  readonly found: string
  readonly durationMs: number
  readonly verified: boolean
}

export interface Timeline {
  /** What the next steps are about. */
  chapter(title: string): void
  /**
   * Runs a step and writes down how long it took and what it cost, with what comes of it afterwards. `goesOn`: that is
   * what the next step is about. @throws Error when the step is not verified.
   */
  step(name: string, run: () => Promise<string>, goesOn?: 'goesOn'): Promise<void>
  readonly steps: readonly Step[]
}

/** @param counts what has been asked for so far. @param rest ends when the system has nothing more to do. */
export function createTimeline(
  { clock, counts, rest }: { clock: Clock; counts: () => Promise<Counts>; rest: () => Promise<void> },
  print: boolean,
): Timeline {
  const steps: Step[] = []
  const started = clock.now()
  let chapter = ''

  async function attempt(run: () => Promise<string>): Promise<{ found: string; verified: boolean }> {
    try {
      return { found: await run(), verified: true }
    } catch (error) {
      return { found: error instanceof Error ? error.message : String(error), verified: false }
    }
  }

  return {
    steps,
    chapter(title) {
      chapter = title
      if (print) stdout.write(`\n${MARGIN}${title}\n`)
    },
    async step(name, run, goesOn) {
      const before = await counts()
      const from = clock.now()
      const { found, verified } = await attempt(run)
      const durationMs = elapsed(from, clock.now())
      if (goesOn === undefined && verified) await rest()
      const step = { chapter, step: name, found, durationMs, verified, ...difference(before, await counts()) }
      steps.push(step)
      if (print) stdout.write(line(elapsed(started, from as EpochMs), step))
      if (!verified) throw new Error(`${name}: ${found}`)
    },
  }
}

const difference = (before: Counts, after: Counts): Counts => ({
  graph: after.graph - before.graph,
  writes: after.writes - before.writes,
  tables: after.tables - before.tables,
  vault: after.vault - before.vault,
})

const row = (...cells: readonly [at: string, step: string, took: string, ...counts: (string | number)[]]): string => {
  const [at, step, took, ...counts] = cells
  return `${at.padStart(8)}  ${step.padEnd(46)}${took.padStart(9)}${counts.map((count) => String(count).padStart(7)).join('')}  `
}

const MARGIN = ' '.repeat(10)

const LEGEND = `${MARGIN}Each step with its time and its requests: to Graph, those of them that changed a mailbox, to tables and vault.\n\n`

export const HEADING = `${LEGEND}${row('at', 'step', 'took', 'Graph', 'writes', 'tables', 'vault')}seen\n`

const line = (at: number, { step, durationMs, graph, writes, tables, vault, found, verified }: Step): string =>
  `${row(`${(at / 1000).toFixed(2)} s`, step, `${durationMs} ms`, graph, writes, tables, vault)}` +
  `${verified ? '' : 'FAILED: '}${found}\n`
