import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { execPath } from 'node:process'
import { pathToFileURL } from 'node:url'

/** What a process holds while nobody asks anything of it. */
export interface Weight {
  readonly heapMiB: number
  /** Sockets and timers. */
  readonly handles: number
}

/** Told by the process once it listens. */
export interface Ready {
  readonly port: number
  /** How a client reaches it: a URL or a connection string. */
  readonly address: string
}

/** A server in a process of its own, which may end, hang and grow. */
export interface Victim extends Ready {
  /** Why it has ended, with the last that it wrote; undefined while it lives. */
  death(): string | undefined
  /** Lines that say that it met a fault of its own. */
  faults(): readonly string[]
  weigh(): Promise<Weight>
  close(): Promise<void>
}

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Enough for what it does, and too little for what it must not do. */
const HEAP_MIB = 512

/** @param main a program that obeys {@link serve}'s questions. @param isFault whether a line tells of a fault. */
export async function startVictim(main: URL, isFault: (line: string) => boolean): Promise<Victim> {
  const program = ['--expose-gc', `--max-old-space-size=${HEAP_MIB}`, '--import', LOADER, main.pathname]
  const child = spawn(execPath, program, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const faults: string[] = []
  let last = ''
  let death: string | undefined
  child.stderr?.on('data', (data: Buffer) => {
    last = (last + data.toString()).slice(-2_000)
    faults.push(...data.toString().split('\n').filter(isFault))
  })
  const ended = once(child, 'exit').then(([code, signal]) => {
    death = `ended with ${code ?? signal}: ${last}`
  })
  const ready = await Promise.race([messageOf<Ready>(child), ended])
  if (ready === undefined) throw new Error(death)
  return {
    ...ready,
    death: () => death,
    faults: () => faults,
    async weigh() {
      const answer = messageOf<Weight>(child)
      child.send('weigh')
      return answer
    },
    async close() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const messageOf = async <Message>(child: ChildProcess): Promise<Message> => (await once(child, 'message'))[0] as Message
