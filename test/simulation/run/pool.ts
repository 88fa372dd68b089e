import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Answer, Outcome, Task } from './task.ts'

export interface Work {
  /** File of a bundled simulation. */
  readonly bundle: string
  readonly workers: number
  /** Asked whenever a worker has nothing to do. @returns undefined when there is nothing for this one at the moment. */
  next(worker: number): Task | undefined
  /** Told of each world as it ends. */
  done(outcome: Outcome): void
  /** A world that has not ended after this time is given up, in milliseconds. */
  readonly limitMs?: number
}

/** Several hundred times what a large world takes. */
const LIMIT_MS = 300_000
const STARTS_WITHIN_MS = 60_000

/**
 * How much a function has run before it is optimised, in bytes of its bytecode: nine times V8's own measure. So much code
 * is lukewarm here that to optimise it took a sixth of the time. To compile it plainly at its first call saves a tenth.
 */
const OPTIMISED_AFTER = 600_000

/** Runs worlds on worker threads, each one world at a time, until there is none left. */
export async function runWorlds({ bundle, workers, next, done, limitMs = LIMIT_MS }: Work): Promise<void> {
  setFlagsFromString(`--interrupt-budget=${OPTIMISED_AFTER}`)
  setFlagsFromString('--always-sparkplug')
  const seats = Array.from({ length: workers }, (_, worker) => createSeat(bundle, worker, limitMs))
  const idle = new Set(seats)
  const running = new Set<Promise<void>>()

  /** What one world brings may be something to do for a worker that had nothing to do before. */
  function giveOut(): void {
    for (const seat of [...idle]) {
      const task = next(seat.worker)
      if (task === undefined) continue
      idle.delete(seat)
      const run = seat.run(task).then((outcome) => {
        running.delete(run)
        idle.add(seat)
        done(outcome)
      })
      running.add(run)
    }
  }

  try {
    for (giveOut(); running.size > 0; giveOut()) await Promise.race(running)
  } finally {
    await Promise.all(seats.map((seat) => seat.end()))
  }
}

/** A place for one worker thread: one that dies or hangs is replaced for the next world. */
function createSeat(bundle: string, worker: number, limitMs: number) {
  let thread: Worker | undefined

  async function end(): Promise<void> {
    const ended = thread
    thread = undefined
    await ended?.terminate()
  }

  async function start(): Promise<Worker> {
    // Worlds are made of short-lived objects.
    thread = new Worker(bundle, { resourceLimits: { maxYoungGenerationSizeMb: 64 } })
    await answerOf<'ready'>(thread, STARTS_WITHIN_MS)
    return thread
  }

  async function run(task: Task): Promise<Outcome> {
    try {
      const ready = thread ?? (await start())
      const answer = answerOf<Answer>(ready, limitMs)
      ready.postMessage(task)
      return { task, worker, ...(await answer) }
    } catch (error) {
      await end()
      return { task, worker, findings: [String(error)], steps: 0, operations: 0, story: [] }
    }
  }

  return { worker, run, end }
}

/** The next message. @throws Error when the thread ends, or the time is over, before there is one. */
function answerOf<T>(thread: Worker, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`the world has not ended after ${limitMs / 1000} s`)), limitMs)
    const died = (why: unknown) => {
      clearTimeout(limit)
      reject(new Error(`the worker died: ${why instanceof Error ? why.stack : why}`))
    }
    thread.once('message', (answer: T) => {
      clearTimeout(limit)
      thread.off('error', died).off('exit', died)
      resolve(answer)
    })
    thread.on('error', died).on('exit', died)
  })
}
