import { setTimeout as sleep } from 'node:timers/promises'
import { type Azurite, startAzurite } from '../../infra/local/azurite.ts'

/**
 * Azurite as a process that can be killed. It writes its rows to files every five seconds and Table storage before each
 * answer, so it is told to write what it has answered: nobody must be able to reach it from before that.
 */
export interface TablesProcess {
  pid(): number
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** How long it gets to write its files. */
const WRITES_WITHIN = 20_000

export async function startTablesProcess(port: number, folder: string): Promise<TablesProcess> {
  let azurite: Azurite = await startAzurite({ port, folder })
  const kill = async () => {
    process.kill(azurite.pid, 'SIGINT')
    for (let waited = 0; isAlive(azurite.pid) && waited < WRITES_WITHIN; waited += 50) await sleep(50)
    if (isAlive(azurite.pid)) throw new Error('Azurite did not write its files in time')
  }
  return {
    pid: () => azurite.pid,
    kill,
    async start() {
      azurite = await startAzurite({ port, folder })
    },
    close: () => azurite.close(),
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
