import type { Adjustments } from './adjustments.ts'

/** A world to run. */
export interface Task {
  readonly seed: number
  /** Changes of the world the seed chose. */
  readonly adjustments?: Adjustments
  readonly recordsStory?: boolean
}

/** What came of it. */
export interface Outcome {
  readonly task: Task
  /** Number of the worker that ran it. */
  readonly worker: number
  /** What went wrong; empty when nothing did. */
  readonly findings: readonly string[]
  readonly steps: number
  /** Changes made in Outlook, and requests of integrators. */
  readonly operations: number
  /** Of the trace; equal whenever the same world is run (I9). Absent when the run has not come to an end. */
  readonly hash?: number
  readonly story: readonly string[]
}

/** What a worker answers; the pool knows the rest. */
export type Answer = Omit<Outcome, 'task' | 'worker'>
