import type { PoolOptions, PoolWorker, WorkerRequest } from 'vitest/node'
import { ThreadsPoolWorker } from 'vitest/node'
import { REMEMBERING } from './folders.ts'

type Listener = (argument: unknown) => void

/** So that what a mutant leaves in a module cannot add up for long, or at all where modules remember on purpose. */
const RUNS_OF_A_THREAD = process.env['MUTATED'] === REMEMBERING ? 1 : 200

let thread: ThreadsPoolWorker | undefined
let runs = 0

/**
 * A thread that outlives the run of tests it was made for, with the modules it has loaded. Vitest ends its threads after
 * each run, and Stryker runs the tests once for each mutant: loading everything again was nine tenths of the time. All
 * mutants are in the code at once and are switched on at run time, so what is loaded is right for the next one too; but
 * a static mutant acts while its module is loaded and needs a new thread, and so does what comes after it.
 */
export function createWarmWorker(options: PoolOptions): PoolWorker {
  const isStatic = (options.project.getProvidedContext() as { mutantActivation?: string }).mutantActivation === 'static'
  const listeners: [event: string, listener: Listener][] = []
  let config: unknown
  let isWarm = false
  const answer = (type: 'started' | 'stopped') =>
    queueMicrotask(() => {
      for (const [event, listener] of [...listeners])
        if (event === 'message') listener({ type, __vitest_worker_response__: true })
    })
  const present = () => {
    if (thread === undefined) throw new Error('the thread has ended')
    return thread
  }
  return {
    name: 'warm',
    async start() {
      isWarm = thread !== undefined && !isStatic && runs < RUNS_OF_A_THREAD
      runs += 1
      if (isWarm) return
      await end()
      runs = 1
      thread = new ThreadsPoolWorker(options)
      await thread.start()
    },
    async stop() {
      for (const [event, listener] of listeners.splice(0)) thread?.off(event, listener)
      if (isStatic) await end()
    },
    on(event, listener) {
      listeners.push([event, listener])
      present().on(event, listener)
    },
    off(event, listener) {
      const index = listeners.findIndex((entry) => entry[0] === event && entry[1] === listener)
      if (index >= 0) listeners.splice(index, 1)
      thread?.off(event, listener)
    },
    send(message) {
      if ('type' in message && message.type === 'stop') return answer('stopped')
      if ('type' in message && message.type === 'start') {
        config = message.context.config
        if (isWarm) return answer('started')
      }
      present().send(withConfig(message, config))
    },
    deserialize: (data) => data,
  }
}

async function end(): Promise<void> {
  await thread?.stop()
  thread = undefined
}

/** A warm thread was told its settings long ago; the names of the tests to run are among them. */
function withConfig(message: WorkerRequest, config: unknown): WorkerRequest {
  if (!('type' in message) || message.type !== 'run') return message
  return { ...message, context: { ...message.context, config } } as WorkerRequest
}
