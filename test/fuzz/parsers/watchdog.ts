import { Worker } from 'node:worker_threads'

export interface Watchdog {
  /** The input that is about to be tried. */
  trying(input: string): void
  stop(): Promise<number>
}

const ROOM = 64 * 1024
const HANGS_AFTER_MS = 10_000

/** What the watching thread does: it sees a counter that stands still, prints the input and ends the process. */
const WATCH = `
const { workerData: { counter, text, after } } = require('node:worker_threads')
let last = -1
setInterval(() => {
  const now = Atomics.load(counter, 0)
  if (now !== last) { last = now; return }
  const input = Buffer.from(text.slice(0, Atomics.load(counter, 1))).toString()
  require('node:fs').writeSync(2, 'hangs for ' + after + ' ms with ' + JSON.stringify(input) + '\\n')
  process.abort()
}, after)
`

/** Watches for an input with which a parser never ends: nothing in its own thread could tell of it. */
export function startWatchdog(): Watchdog {
  const counter = new Int32Array(new SharedArrayBuffer(8))
  const text = new Uint8Array(new SharedArrayBuffer(ROOM))
  const worker = new Worker(WATCH, { eval: true, workerData: { counter, text, after: HANGS_AFTER_MS } })
  worker.unref()
  return {
    trying(input) {
      const bytes = Buffer.from(input).subarray(0, ROOM)
      text.set(bytes)
      Atomics.store(counter, 1, bytes.length)
      Atomics.add(counter, 0, 1)
    },
    stop: () => worker.terminate(),
  }
}
