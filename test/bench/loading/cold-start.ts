import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import * as z from 'zod'
import type { Progress } from '../../support/progress.ts'
import { median, spread } from '../statistics.ts'
import { type Apps, buildApps } from './apps.ts'

/** The most that loading the service may cost, against an app with one empty function. */
export const LIMIT = 1.6

const Loaded = z.object({
  functions: z.number(),
  /** From the first import to the last registration. */
  loadMs: z.number(),
  /** From the start of the process. */
  startMs: z.number(),
  /** From the start of the process until what a first call needs is loaded too. */
  readyMs: z.number(),
  heap: z.number(),
})
type Loaded = z.infer<typeof Loaded>

export interface ColdStart {
  readonly app: keyof Apps
  readonly functions: number
  readonly loadMs: number
  readonly startMs: number
  readonly readyMs: number
  /** Half of the runs' `startMs` lie in a range of this length. */
  readonly spreadMs: number
  readonly heapMb: number
  /** To the empty app: the median of the rounds' ratios, of `loadMs` and of `startMs`. */
  readonly loadRatio: number
  readonly loadRatioSpread: number
  readonly startRatio: number
}

/** Starts each app once a round, in turn, so that whatever else the machine does meets all of them. */
export async function measureColdStarts(rounds: number, progress: Progress): Promise<readonly ColdStart[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cold-start-'))
  try {
    const apps = await buildApps(folder)
    const worker = join(folder, 'worker.mjs')
    await build({ entryPoints: ['test/bench/loading/worker.ts'], outfile: worker, platform: 'node', format: 'esm' })
    const names = Object.keys(apps) as (keyof Apps)[]
    const runs: Record<keyof Apps, Loaded[]> = { empty: [], bundled: [], unbundled: [] }
    for (const name of names) await load(worker, apps[name])
    for (let round = 0; round < rounds; round++) {
      for (const name of names) runs[name].push(await load(worker, apps[name]))
      progress.at(round + 1, rounds)
    }
    return names.map((app) => summary(app, runs[app], runs.empty))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function load(worker: string, directory: string): Promise<Loaded> {
  const { stdout } = await promisify(execFile)(execPath, [worker, directory])
  return Loaded.parse(JSON.parse(stdout))
}

const summary = (app: keyof Apps, runs: readonly Loaded[], empty: readonly Loaded[]): ColdStart => ({
  app,
  functions: runs[0]?.functions ?? 0,
  loadMs: median(runs.map(({ loadMs }) => loadMs)),
  startMs: median(runs.map(({ startMs }) => startMs)),
  readyMs: median(runs.map(({ readyMs }) => readyMs)),
  spreadMs: spread(runs.map(({ startMs }) => startMs)),
  heapMb: median(runs.map(({ heap }) => heap / 1e6)),
  loadRatio: median(ratios(runs, empty, 'loadMs')),
  loadRatioSpread: spread(ratios(runs, empty, 'loadMs')),
  startRatio: median(ratios(runs, empty, 'startMs')),
})

const ratios = (runs: readonly Loaded[], empty: readonly Loaded[], of: 'loadMs' | 'startMs'): readonly number[] =>
  runs.map((run, round) => run[of] / (empty[round]?.[of] ?? run[of]))
