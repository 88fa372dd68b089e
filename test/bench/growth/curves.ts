import type { Progress } from '../../support/progress.ts'
import { startPopulated } from './accounts.ts'
import { overAccounts, overChannels, overEvents, overIntegrators } from './growing.ts'
import { type Rounds, roundsOf } from './rounds.ts'

/** What units of work cost as one thing grows. */
export interface Curve {
  readonly name: string
  /** What grows. */
  readonly axis: string
  readonly points: readonly Point[]
}

export interface Point {
  readonly size: number
  readonly costs: Readonly<Record<string, Rounds>>
}

export interface Growing {
  readonly sizes: readonly number[]
  /** How often a unit of work is done at each of them. */
  readonly times: number
  /** Told after each size. */
  readonly done: () => void
}

const CURVES = {
  accounts: { sizes: [100, 1_000, 10_000, 100_000], draw: overAccounts },
  events: { sizes: [100, 1_000, 10_000, 100_000], draw: overEvents },
  integrators: { sizes: [1, 10, 100, 1_000], draw: overIntegrators },
  channels: { sizes: [1, 4, 16, 64, 128], draw: overChannels },
} as const

interface Order {
  /** Which of a curve's sizes are measured. */
  readonly pick: (sizes: readonly number[]) => readonly number[]
  readonly times: number
  readonly progress: Progress
}

/** Draws all of them. */
export async function measureCurves({ pick, times, progress }: Order): Promise<readonly Curve[]> {
  await warmUp(times)
  const all = Object.values(CURVES).map(({ sizes, draw }) => ({ sizes: pick(sizes), draw }))
  const total = all.reduce((sum, { sizes }) => sum + sizes.length, 0)
  let measured = 0
  const done = () => progress.at(++measured, total)
  const curves: Curve[] = []
  for (const { draw, sizes } of all) curves.push(await draw({ sizes, times, done }))
  return curves
}

/** Code that has not run often is slow, whatever its work: the smallest sizes, which come first, would seem dear. */
async function warmUp(times: number): Promise<void> {
  const populated = await startPopulated(2)
  for (let time = 0; time < times; time++) await roundsOf(populated, populated.people, ['pull', 'action', 'answer'])
}
