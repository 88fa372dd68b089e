import type { FunctionsProcess } from '../../infra/local/functions-host/spawn-functions-host.ts'

/** The Functions host, whichever process it is just now. */
export interface Host {
  /** @throws Error before the first start. */
  current(): FunctionsProcess
  start(): Promise<void>
  /** Hosts that ended although nobody had asked for it; the platform would start another one, and so is done here. */
  readonly endedByItself: readonly string[]
  close(): Promise<void>
}

export function createHost(spawn: () => Promise<FunctionsProcess>): Host {
  const endedByItself: string[] = []
  let running: FunctionsProcess | undefined
  let isClosing = false

  async function start(): Promise<void> {
    running = await spawn()
    void running.ended.then(async (code) => {
      // A killed one has no exit code.
      if (code === null || isClosing) return
      endedByItself.push(`the host ended by itself with code ${code}`)
      await start()
    })
  }

  return {
    start,
    endedByItself,
    current() {
      if (running === undefined) throw new Error('the host has not been started')
      return running
    },
    async close() {
      isClosing = true
      await running?.close()
    },
  }
}
