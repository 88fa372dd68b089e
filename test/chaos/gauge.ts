import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What a process holds at one moment. */
export interface Sample {
  /** Seconds since the start of the run. */
  readonly at: number
  readonly pid: number
  readonly megabytes: number
  readonly sockets: number
  readonly handles: number
}

/** @returns undefined when there is no such process. */
export function sampleOf(pid: number, at: number): Sample | undefined {
  try {
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    // A process that has just ended has no memory, and is still listed.
    if (Number.isNaN(kilobytes)) return undefined
    const folder = `/proc/${pid}/fd`
    const links = readdirSync(folder).map((name) => targetOf(`${folder}/${name}`))
    const sockets = links.filter((link) => link.startsWith('socket:')).length
    return { at, pid, megabytes: kilobytes / 1024, sockets, handles: links.length }
  } catch {
    return undefined
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** One life of a process: how its memory and handles grew, by a straight line through the samples. */
export interface Life {
  readonly pid: number
  readonly seconds: number
  readonly megabytes: readonly [first: number, last: number, highest: number]
  readonly handles: readonly [first: number, last: number, highest: number]
  readonly megabytesPerMinute: number
  readonly handlesPerMinute: number
}

/** What a process loads and warms up in, in seconds, is not growth. */
const WARM_UP = 45

/** The lives that were long enough to tell, in order. */
export function livesOf(samples: readonly Sample[]): readonly Life[] {
  const pids = [...new Set(samples.map(({ pid }) => pid))]
  return pids.flatMap((own) => {
    const life = samples.filter(({ pid }) => pid === own)
    const warm = life.filter(({ at }) => at >= (life[0]?.at ?? 0) + WARM_UP)
    const [first, last] = [warm[0], warm.at(-1)]
    if (first === undefined || last === undefined || warm.length < 5) return []
    const span = (value: (sample: Sample) => number) =>
      [value(first), value(last), Math.max(...warm.map(value))] as const
    return [
      {
        pid: first.pid,
        seconds: last.at - first.at,
        megabytes: span(({ megabytes }) => megabytes),
        handles: span(({ handles }) => handles),
        megabytesPerMinute: 60 * slope(warm, ({ megabytes }) => megabytes),
        handlesPerMinute: 60 * slope(warm, ({ handles }) => handles),
      },
    ]
  })
}

/** Of the least squares' line, a second. */
function slope(samples: readonly Sample[], value: (sample: Sample) => number): number {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length
  const [at, middle] = [mean((one) => one.at), mean(value)]
  const spread = samples.reduce((sum, one) => sum + (one.at - at) ** 2, 0)
  const together = samples.reduce((sum, one) => sum + (one.at - at) * (value(one) - middle), 0)
  return spread === 0 ? 0 : together / spread
}
