import type { FunctionsProcess } from '../../infra/local/functions-host/spawn-functions-host.ts'

/** The Functions host, whichever process it is just now. */
export interface Host {
  /** @throws Error before the first start. */
  current(): FunctionsProcess
  start(): Promise<void>
  /** Ends the process without a word, and lets nobody start another one. */
  kill(): Promise<void>
  /** Hosts that ended although nobody had asked for it; the platform would start another one, and so is done here. */
  readonly endedByItself: readonly string[]
  close(): Promise<void>
}

export function createHost(spawn: () => Promise<FunctionsProcess>): Host {
  const endedByItself: string[] = []
  let running: FunctionsProcess | undefined
  /** Whose end is asked for. */
  const ending = new Set<number>()

  function current(): FunctionsProcess {
    if (running === undefined) throw new Error('the host has not been started')
    return running
  }

  async function start(): Promise<void> {
    const started = await spawn()
    running = started
    void started.ended.then(async (code) => {
      if (ending.has(started.pid)) return
      endedByItself.push(`the host ended by itself, ${code === null ? 'with a signal' : `with code ${code}`}`)
      await start().catch((error: unknown) => endedByItself.push(`and no other one could be started: ${error}`))
    })
  }

  return {
    start,
    current,
    endedByItself,
    async kill() {
      const { pid, ended } = current()
      ending.add(pid)
      process.kill(pid, 'SIGKILL')
      await ended
    },
    async close() {
      if (running === undefined) return
      ending.add(running.pid)
      await running.close()
    },
  }
}
