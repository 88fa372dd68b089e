import { stdout } from 'node:process'
import { createProgress } from '../../support/progress.ts'
import { BROKER } from './amqp/subject.ts'
import { type Assault, assault, type Subject } from './assault.ts'
import { HOST } from './http/subject.ts'

/** Every server of the local system that reads a protocol by itself. */
export const SUBJECTS: readonly Subject[] = [BROKER, HOST]

export interface WireOrder {
  readonly subjects: readonly Subject[]
  readonly seed: number
  /** Connections to each server. */
  readonly count: number
  /** When to end, as `performance.now()` tells the time. */
  readonly until: number
}

/** Attacks the servers one after the other and prints what comes of it. @returns whether all of them hold. */
export async function fuzzWire({ subjects, seed, count, until }: WireOrder): Promise<boolean> {
  let isWell = true
  for (const [at, subject] of subjects.entries()) {
    const end = performance.now() + (until - performance.now()) / (subjects.length - at)
    const progress = createProgress(subject.name)
    const done = await assault(subject, { seed, count, progress, mayGoOn: () => performance.now() < end })
    stdout.write(textOf(subject, done))
    isWell &&= done.findings.length === 0
  }
  return isWell
}

function textOf({ name, property }: Subject, { sent, growthMiB, findings }: Assault): string {
  const verdict = findings.length === 0 ? 'holds' : 'BROKEN'
  const numbers = `${String(sent).padStart(8)} connections ${growthMiB.toFixed(0).padStart(4)} MiB`
  return `${name.padEnd(8)} ${verdict.padEnd(7)}${numbers}  ${property}\n${findings.map((one) => `    ${one}\n`).join('')}`
}
