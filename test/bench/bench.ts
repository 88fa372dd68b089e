import type { Progress } from '../support/progress.ts'

/** One number that a bench found. */
export interface Figure {
  readonly what: string
  readonly value: number
  /** What it is counted in, such as `ms`; absent for a ratio or a plain count. */
  readonly unit?: string
  /** Half of the runs lie in a range of this length; absent for what is counted, which does not vary. */
  readonly spread?: number
  /** The value is to be no more than this; absent for what is told only. */
  readonly most?: number
}

export interface Report {
  readonly figures: readonly Figure[]
  /** Tables, and what explains the figures; printed below them. */
  readonly lines?: readonly string[]
  /** What the JSON file has beside the figures. */
  readonly data?: unknown
}

export interface Order {
  /** Takes seconds, and shows that the bench works: its times mean nothing. */
  readonly quick: boolean
  /** How often each side is measured, in turn with the other; the bench knows how often when absent. */
  readonly rounds: number | undefined
  /** The largest size that is measured; what the bench knows when absent. */
  readonly most: number | undefined
  readonly progress: Progress
  /** @returns a folder that holds the built app. */
  app(): Promise<string>
}

export type Option = 'rounds' | 'most'

/** Something that is measured, and what it is measured against. */
export interface Bench {
  /** A line of the list that `npm run bench -- --help` prints. */
  readonly about: string
  /** The options of the command that change what it does, beside `--quick`. */
  readonly takes: readonly Option[]
  run(order: Order): Promise<Report>
}

export const isWithin = ({ value, most }: Figure): boolean => most === undefined || value <= most
