import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const PROBE = new URL('./probe.ts', import.meta.url).href

/** The environment of a host that tells what it holds. */
export const PROBED = { NODE_OPTIONS: `--import ${LOADER} --import ${PROBE}` } as const

/** The log line in which a host tells what it holds. @see probe.ts */
const Probed = z.object({
  event: z.literal('probed'),
  pid: z.number(),
  live: z.number(),
  resident: z.number(),
  handles: z.number(),
})

/** What a process holds at one moment. */
export interface Sample {
  /** Seconds since the start of the run. */
  readonly at: number
  readonly pid: number
  /** Megabytes that were left after the garbage was collected. */
  readonly live: number
  /** Megabytes of memory. */
  readonly resident: number
  readonly handles: number
}

/** @returns undefined for any other line of the log. */
export function sampleIn(facts: unknown, at: number): Sample | undefined {
  const probed = Probed.safeParse(facts)
  if (!probed.success) return undefined
  const { pid, live, resident, handles } = probed.data
  return { at, pid, live, resident, handles }
}

/** How a value grew. */
export interface Growth {
  readonly first: number
  readonly last: number
  readonly highest: number
  /** Of the least squares' line. */
  readonly perMinute: number
  /** What it grows by for certain: chance makes more of one that does not grow in one run of a thousand. */
  readonly atLeast: number
}

/** One life of a process, without its beginning. */
export interface Life {
  readonly pid: number
  readonly seconds: number
  readonly live: Growth
  readonly resident: Growth
  readonly handles: Growth
}

/** What a process loads, compiles and keeps for later in so many seconds is not growth. */
const WARM_UP = 75

/** The lives that were long enough to tell, in order. */
export function livesOf(samples: readonly Sample[]): readonly Life[] {
  const pids = [...new Set(samples.map(({ pid }) => pid))]
  return pids.flatMap((pid) => {
    const life = samples.filter((one) => one.pid === pid)
    const warm = life.filter(({ at }) => at >= (life[0]?.at ?? 0) + WARM_UP)
    const [first, last] = [warm[0], warm.at(-1)]
    if (first === undefined || last === undefined || warm.length < 10) return []
    const of = (name: 'live' | 'resident' | 'handles') => growthOf(warm.map((one) => [one.at / 60, one[name]] as const))
    return [{ pid, seconds: last.at - first.at, live: of('live'), resident: of('resident'), handles: of('handles') }]
  })
}

type Point = readonly [minute: number, value: number]

/** Standard deviations that chance exceeds once in a thousand times, on one side. */
const CERTAIN = 3.1

function growthOf(points: readonly Point[]): Growth {
  const [minutes, values] = [points.map(([minute]) => minute), points.map(([, value]) => value)]
  const [middle, mean] = [meanOf(minutes), meanOf(values)]
  const spread = sum(minutes.map((minute) => (minute - middle) ** 2))
  const perMinute = sum(points.map(([minute, value]) => (minute - middle) * (value - mean))) / spread
  const rest = points.map(([minute, value]) => value - mean - perMinute * (minute - middle))
  const error = Math.sqrt((sum(rest.map((one) => one ** 2)) / (points.length - 2) / spread) * repeated(rest))
  return {
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    highest: Math.max(...values),
    perMinute,
    atLeast: perMinute - CERTAIN * error,
  }
}

/**
 * How many samples say what one alone would: each is much like the one before it, so that fewer of them count.
 * @see https://en.wikipedia.org/wiki/Effective_sample_size
 */
function repeated(rest: readonly number[]): number {
  const all = sum(rest.map((one) => one ** 2))
  const next = sum(rest.slice(1).map((one, index) => one * (rest[index] ?? 0)))
  const likeness = all === 0 ? 0 : Math.min(0.95, Math.max(0, next / all))
  return (1 + likeness) / (1 - likeness)
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)
const meanOf = (values: readonly number[]): number => sum(values) / values.length
