import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Snapshot } from '../service-bus/snapshot.ts'
import type { Needle, Needles } from './needles.ts'

/** A place that was searched and a secret that was found there, both by name. */
export interface Finding {
  readonly place: string
  readonly secret: string
  readonly encoding: string
}

/** Something with bytes in it. Larger things come in pieces. */
export interface Place {
  readonly name: string
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** What a search has come to. */
export interface Scan {
  readonly findings: readonly Finding[]
  readonly places: number
  readonly bytes: number
}

/** Searches places for secrets in every encoding; each is told once for a place. */
export async function scan(places: Iterable<Place> | AsyncIterable<Place>, needles: Needles): Promise<Scan> {
  const findings: Finding[] = []
  let [count, bytes] = [0, 0]
  for await (const { name, pieces } of places) {
    const found = new Set<Needle>()
    let rest: Uint8Array = Buffer.alloc(0)
    for await (const piece of pieces) {
      bytes += piece.byteLength
      const text = Buffer.concat([rest, piece])
      for (const needle of needles.within(text)) found.add(needle)
      rest = text.subarray(Math.max(0, text.length - needles.longest + 1))
    }
    count += 1
    findings.push(...[...found].map(({ secret, encoding }) => ({ place: name, secret, encoding })))
  }
  return { findings, places: count, bytes }
}

/** Everything a broker holds: messages that wait, that were set aside or given up, and states of sessions. */
export function* placesOfQueues({ messages, sessionStates }: Snapshot): Iterable<Place> {
  for (const { queue, state, sequenceNumber, encoded } of messages)
    yield { name: `message ${sequenceNumber} of ${queue} (${state})`, pieces: [encoded] }
  for (const { queue, sessionId, state } of sessionStates)
    yield { name: `state of session ${sessionId} of ${queue}`, pieces: [state] }
}

export function* placesOfLines(lines: readonly string[]): Iterable<Place> {
  for (const [at, line] of lines.entries()) yield { name: `log line ${at}`, pieces: [Buffer.from(line)] }
}

/** Every file below a folder, and the names of the files and folders themselves. */
export async function* placesOfFiles(folder: string): AsyncIterable<Place> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    yield { name: `name of ${path}`, pieces: [Buffer.from(path)] }
    if (entry.isFile()) yield { name: `file ${path}`, pieces: createReadStream(path) }
  }
}
