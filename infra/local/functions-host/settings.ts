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

/** What a binding's connection stands for. */
export type TriggerConnection =
  | { readonly connectionString: string }
  | { readonly namespace: string; readonly isManaged: boolean; readonly clientId: string | undefined }

/**
 * A binding names its connection: a setting with a connection string, or a group of settings with a namespace and the
 * identity that opens it. The host also accepts the older name with a prefix.
 * @throws when there is neither, or the identity is of a kind that the host does not know.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference#configure-an-identity-based-connection
 */
export function triggerConnection(name: string, settings: Settings): TriggerConnection {
  const connectionString = settings[name] ?? settings[`AzureWebJobs${name}`]
  if (connectionString !== undefined) return { connectionString }
  const member = (part: string) => settings[`${name}__${part}`] ?? settings[`AzureWebJobs${name}__${part}`]
  const namespace = member('fullyQualifiedNamespace') ?? missing(name)
  const credential = member('credential')
  if (credential !== undefined && credential !== 'managedidentity')
    throw new Error(`the setting "${name}__credential" can only be "managedidentity"`)
  const isManaged = credential === 'managedidentity'
  return { namespace, isManaged, clientId: isManaged ? member('clientId') : undefined }
}

function missing(name: string): never {
  throw new Error(`the setting "${name}" is missing`)
}
