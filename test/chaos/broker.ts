import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { execPath } from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A message of a broker that is about to end. */
export interface KeptMessage {
  readonly queue: string
  readonly state: 'active' | 'scheduled' | 'deferred' | 'dead-lettered'
  readonly sessionId: string
  readonly body: string
  /** When a scheduled one is due, in milliseconds since the epoch. */
  readonly dueAt: number | undefined
}

export type BrokerOrder =
  | {
      readonly kind: 'start'
      readonly port: number
      readonly messages: readonly KeptMessage[]
      readonly aheadMs: number
    }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'tell' }

export type BrokerAnswer =
  | { readonly kind: 'started'; readonly connectionString: string }
  | { readonly kind: 'passed' }
  | { readonly kind: 'holds'; readonly messages: readonly KeptMessage[] }

/**
 * The local broker as a process that can be killed. It keeps its messages in memory and Service Bus keeps them on disks,
 * so a new one gets what the killed one held: nobody must be able to reach it from before that is asked for.
 */
export interface BrokerProcess {
  readonly connectionString: string
  pid(): number
  holds(): Promise<readonly KeptMessage[]>
  /** Dead letters of all of its lives. */
  deadLetters(): Promise<number>
  pass(ms: number): Promise<void>
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

const MAIN = fileURLToPath(new URL('./broker-main.ts', import.meta.url))
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** @param write takes each line that it writes. */
export async function startBrokerProcess(port: number, write: (line: string) => void): Promise<BrokerProcess> {
  let kept: readonly KeptMessage[] = []
  let buried = 0
  let aheadMs = 0
  let connectionString = ''
  let child: ChildProcess
  let asked: Promise<unknown> = Promise.resolve()

  /** One question at a time, so that each gets its own answer. */
  function ask(order: BrokerOrder): Promise<BrokerAnswer> {
    const answer = asked.then(
      () =>
        new Promise<BrokerAnswer>((resolve, reject) => {
          const dead = () => reject(new Error('the broker has ended'))
          child.once('exit', dead).once('message', (message) => {
            child.off('exit', dead)
            resolve(message as BrokerAnswer)
          })
          child.send(order)
        }),
    )
    asked = answer.catch(() => undefined)
    return answer
  }

  async function start(): Promise<void> {
    child = spawn(execPath, ['--import', LOADER, MAIN], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    child.stderr?.on('data', (data: Buffer) => data.toString().trimEnd().split('\n').forEach(write))
    const answer = await ask({ kind: 'start', port, messages: kept, aheadMs })
    if (answer.kind === 'started') connectionString = answer.connectionString
  }

  async function holds(): Promise<readonly KeptMessage[]> {
    const answer = await ask({ kind: 'tell' })
    return answer.kind === 'holds' ? answer.messages : []
  }

  await start()
  return {
    connectionString,
    pid: () => child.pid ?? 0,
    holds,
    async deadLetters() {
      return buried + (await holds()).filter(isBuried).length
    },
    async pass(ms) {
      aheadMs += ms
      await ask({ kind: 'pass', ms })
    },
    async kill() {
      kept = await holds()
      buried += kept.filter(isBuried).length
      await end(child)
    },
    start,
    close: () => end(child),
  }
}

const isBuried = ({ state }: KeptMessage) => state === 'dead-lettered'

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
