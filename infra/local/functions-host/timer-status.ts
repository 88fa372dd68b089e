import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

const Status = z.object({ last: z.iso.datetime(), next: z.iso.datetime(), lastUpdated: z.iso.datetime() })

/** When a timer last ran and is due next, as ISO 8601 instants. */
export type TimerStatus = z.infer<typeof Status>

/** Remembers the timers' statuses over a restart, as the real host does in its storage account. */
export interface TimerStatuses {
  read(functionName: string): Promise<TimerStatus | undefined>
  write(functionName: string, status: TimerStatus): Promise<void>
}

/** One file a timer in the folder; nothing is remembered when there is no folder. */
export function createTimerStatuses(folder: string | undefined): TimerStatuses {
  if (folder === undefined) return { read: async () => undefined, write: async () => undefined }
  const pathOf = (functionName: string) => join(folder, `${functionName}.json`)
  return {
    async read(functionName) {
      const path = pathOf(functionName)
      return existsSync(path) ? Status.parse(JSON.parse(await readFile(path, 'utf8'))) : undefined
    },
    async write(functionName, status) {
      await mkdir(folder, { recursive: true })
      await writeFile(pathOf(functionName), JSON.stringify(status))
    },
  }
}
