import { readFile } from 'node:fs/promises'
import { env, stderr } from 'node:process'
import * as z from 'zod'
import { portOf, portOffset } from './local/addresses.ts'
import { localConnectionString } from './local/service-bus/start.ts'
import { addresses, localSettings } from './local/settings.ts'
import { UsageError } from './usage-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

const SettingsFile = z.object({ Values: z.record(z.string(), z.string()) })

/**
 * Which system a command works on: the one of a settings file as Core Tools have it, the one whose settings are in the
 * environment, or the local one that `npm start` runs. Which one it is stands on stderr, so that an operator who has
 * forgotten the settings does not take the local system for another.
 * @throws UsageError when the file is none.
 */
export async function settingsOf(file?: string): Promise<Environment> {
  const settings = await chosen(file)
  stderr.write(`environment: ${settings['ENVIRONMENT'] ?? 'none is named'}\n`)
  return settings
}

async function chosen(file: string | undefined): Promise<Environment> {
  if (file !== undefined) return { ...env, ...(await read(file)) }
  if (env['ENVIRONMENT'] !== undefined) return env
  const offset = portOffset()
  return localSettings(addresses(offset), localConnectionString('127.0.0.1', portOf('serviceBus', offset)), env)
}

async function read(file: string): Promise<Environment> {
  try {
    return SettingsFile.parse(JSON.parse(await readFile(file, 'utf8'))).Values
  } catch (cause) {
    throw new UsageError(`${file} is no settings file: an object with "Values" is expected`, { cause })
  }
}
