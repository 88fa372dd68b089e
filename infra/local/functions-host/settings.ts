import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

const LocalSettings = z.object({ Values: z.record(z.string(), z.string()) })

export type Settings = Readonly<Record<string, string | undefined>>

/** `Values` of local.settings.json; none when there is no such file. */
export async function readLocalSettings(appDirectory: string): Promise<Record<string, string>> {
  const path = join(appDirectory, 'local.settings.json')
  return existsSync(path) ? LocalSettings.parse(JSON.parse(await readFile(path, 'utf8'))).Values : {}
}

/** Replaces each `%NAME%` by the setting of that name, as the host does in schedules and queue names. */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => settings[name] ?? missing(name))
}

/** A binding names its connection; the host also accepts the older name with a prefix. */
export function connectionString(name: string, settings: Settings): string {
  return settings[name] ?? settings[`AzureWebJobs${name}`] ?? missing(name)
}

function missing(name: string): never {
  throw new Error(`the setting "${name}" is missing`)
}
