import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { execPath, env as ownEnvironment } from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as z from 'zod'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
/**
 * A worker on a large machine lets a lot of garbage pile up before it collects any. In Azure the same is set by
 * `languageWorkers__node__arguments`.
 */
const WORKER_ARGUMENTS = ['--heap-growing-percent=30', '--max-semi-space-size=8']

const TYPESCRIPT_LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** A host that hangs is killed this long after it was asked to end; running functions get less than that. */
const PATIENCE_MS = 15_000

const HostedLine = z.object({
  name: z.string(),
  /** Of a timer: six fields, UTC. */
  schedule: z.string().optional(),
  /** Of an HTTP trigger, with the placeholders of its route. */
  url: z.string().optional(),
  methods: z.array(z.string()).optional(),
})

const ReadyLine = z.object({
  event: z.literal('functions-ready'),
  url: z.string(),
  functions: z.array(HostedLine),
  failures: z.array(z.object({ source: z.string(), reason: z.string() })),
})

interface SpawnOptions {
  /** The built app: the folder of its package.json and host.json. */
  appDirectory: string
  /** 0 takes a free port. */
  port: number
  host?: string
  /** Settings of the app, over those of this process and before those of local.settings.json. */
  environment: Readonly<Record<string, string>>
  masterKey: string
  /** A folder that remembers when each timer ran. */
  timerFolder?: string
  /** How long running functions get when the process ends, in milliseconds. */
  drainLimit?: number
  /** How far its clock is ahead of the machine's, in milliseconds. */
  aheadMs?: number
  /** Takes each line that the process writes, to standard output or error. */
  write(line: string): void
}

export interface FunctionsProcess {
  readonly pid: number
  readonly port: number
  readonly url: string
  readonly functions: readonly z.infer<typeof HostedLine>[]
  readonly failures: readonly { source: string; reason: string }[]
  /** Resolves with the exit code when the process has ended, by itself or not; null when a signal killed it. */
  readonly ended: Promise<number | null>
  /** Puts the clock of the process so far ahead of the machine's, and waits until that is so. */
  setAhead(aheadMs: number): Promise<void>
  /** Ends the process with SIGTERM and waits for that. */
  close(): Promise<void>
}

/**
 * Starts the host as a process of its own, so that a start is as cold as in the cloud, and waits until it serves.
 * @throws when the process ends before it is ready; its output tells why.
 */
export async function spawnFunctionsHost(options: SpawnOptions): Promise<FunctionsProcess> {
  const child = spawn(execPath, [...WORKER_ARGUMENTS, '--import', TYPESCRIPT_LOADER, MAIN, ...commandLine(options)], {
    env: { ...ownEnvironment, ...options.environment, FUNCTIONS_MASTER_KEY: options.masterKey },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = once(child, 'exit').then(([code]) => z.number().nullable().parse(code))
  const { url, functions, failures } = await readyLine(child, options.write, ended)
  const close = async () => {
    child.kill('SIGTERM')
    const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    await ended
    clearTimeout(impatience)
  }
  const setAhead = async (aheadMs: number) => {
    const done = Promise.race([once(child, 'message'), ended])
    child.send({ aheadMs })
    await done
  }
  return { pid: child.pid ?? 0, port: Number(new URL(url).port), url, functions, failures, ended, setAhead, close }
}

function commandLine({ appDirectory, port, host, timerFolder, drainLimit, aheadMs }: SpawnOptions): string[] {
  const given = { app: appDirectory, port, host, timers: timerFolder, 'drain-limit': drainLimit, ahead: aheadMs }
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]))
}

function readyLine(child: ChildProcess, write: SpawnOptions['write'], ended: Promise<number | null>) {
  return new Promise<z.infer<typeof ReadyLine>>((resolve, reject) => {
    const said: string[] = []
    forEachLine(child.stderr, (line) => {
      said.push(line)
      write(line)
    })
    forEachLine(child.stdout, (line) => {
      if (line.startsWith('{"event":"functions-ready"')) resolve(ReadyLine.parse(JSON.parse(line)))
      write(line)
    })
    ended.then(
      (code) =>
        reject(
          new Error(`the functions host ended with code ${code} before it was ready: ${said.slice(0, 3).join(' ')}`),
        ),
      reject,
    )
  })
}

function forEachLine(stream: Readable | null, take: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', take)
}
