import { createWriteStream, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import { type Sample, sampleOf } from './gauge.ts'
import type { ChaosSystem } from './system.ts'

/** Files of a run, and what was seen in the lines of the processes. */
export interface Records {
  readonly folder: string
  /** Takes a line of the host or the broker. */
  readonly write: (line: string) => void
  /** Notes what was done, with the time. */
  readonly note: (text: string) => void
  /** Lines of level error and what is no line of ours, by event and code: how often. */
  readonly errors: ReadonlyMap<string, number>
}

export function createRecords(folder: string): Records {
  const host = createWriteStream(join(folder, 'host.log'))
  const story = createWriteStream(join(folder, 'chaos.log'))
  const errors = new Map<string, number>()
  const began = Date.now()
  const put = (stream: WriteStream, text: string) =>
    void stream.write(`${((Date.now() - began) / 1000).toFixed(2).padStart(8)}  ${text}\n`)
  return {
    folder,
    errors,
    note: (text) => put(story, text),
    write(line) {
      put(host, line)
      const name = errorIn(line)
      if (name !== undefined) errors.set(name, (errors.get(name) ?? 0) + 1)
    },
  }
}

/** @returns undefined for a line that is no error. */
export function errorIn(line: string): string | undefined {
  const facts = parsed(line)
  if (facts === undefined) return `no line of ours: ${line.replaceAll(/\d+/g, '#').slice(0, 80)}`
  if (facts['level'] !== 'error') return undefined
  return [facts['event'], facts['code']].filter((part) => part !== undefined).join(' ')
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const SAMPLE_EVERY = 2_000

/** Looks at the host's memory and handles all along. @returns how to stop, with what was seen. */
export function watchHost(system: ChaosSystem): () => readonly Sample[] {
  const samples: Sample[] = []
  const began = Date.now()
  const timer = setInterval(() => {
    const sample = sampleOf(system.host.current().pid, (Date.now() - began) / 1000)
    if (sample !== undefined) samples.push(sample)
  }, SAMPLE_EVERY)
  return () => {
    clearInterval(timer)
    return samples
  }
}
