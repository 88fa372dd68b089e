import { getActiveResourcesInfo, memoryUsage } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ready, Weight } from './victim.ts'

/** Tells the parent how to reach this process, and what it holds whenever asked. @param empty throws away what it may keep. */
export function serve(ready: Ready, empty: () => Promise<void>): void {
  process.on('message', () => {
    empty()
      .then(weight)
      .then((answer) => process.send?.(answer))
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.(ready)
}

/** After the sockets that are closing have closed. */
async function weight(): Promise<Weight> {
  await sleep(300)
  globalThis.gc?.()
  return { heapMiB: memoryUsage().heapUsed / 2 ** 20, handles: getActiveResourcesInfo().length }
}
