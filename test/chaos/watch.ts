import { createWriteStream, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import { type Sample, sampleIn } from './gauge.ts'

/** Files of a run, and what was seen in the lines of the processes. */
export interface Records {
  readonly folder: string
  /** Takes a line of the host or the broker. */
  readonly write: (line: string) => void
  /** Notes what was done, with the time. */
  readonly note: (text: string) => void
  /** Lines of level error and what is no line of ours, by event and code: how often. */
  readonly errors: ReadonlyMap<string, number>
  /** What the hosts held, all along. */
  readonly samples: readonly Sample[]
}

export function createRecords(folder: string): Records {
  const host = createWriteStream(join(folder, 'host.log'))
  const story = createWriteStream(join(folder, 'chaos.log'))
  const errors = new Map<string, number>()
  const samples: Sample[] = []
  const began = Date.now()
  const seconds = () => (Date.now() - began) / 1000
  const put = (stream: WriteStream, text: string) => void stream.write(`${seconds().toFixed(2).padStart(8)}  ${text}\n`)
  return {
    folder,
    errors,
    samples,
    note: (text) => put(story, text),
    write(line) {
      put(host, line)
      const sample = sampleIn(parsed(line), seconds())
      if (sample !== undefined) samples.push(sample)
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
