import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

/** `hh:mm:ss` as .NET writes a TimeSpan, in milliseconds. */
const TimeSpan = z
  .string()
  .regex(/^\d{1,2}:\d{2}:\d{2}(\.\d+)?$/)
  .transform((text) => {
    const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000
  })

/** @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus#hostjson-settings */
const ServiceBusSettings = z
  .object({
    autoCompleteMessages: z.boolean().default(true),
    maxAutoLockRenewalDuration: TimeSpan.prefault('00:05:00'),
    maxConcurrentCalls: z.int().positive().default(16),
    maxConcurrentSessions: z.int().positive().default(8),
    sessionIdleTimeout: TimeSpan.prefault('00:01:00'),
  })
  .prefault({})

const Http = z.object({ routePrefix: z.string().default('api') }).prefault({})

const HostJson = z.object({
  version: z.literal('2.0'),
  extensions: z.object({ http: Http, serviceBus: ServiceBusSettings }).prefault({}),
})

export type ServiceBusSettings = z.infer<typeof ServiceBusSettings>
/** The parts of host.json that this host honours, with the defaults of the real one. Durations in milliseconds. */
export type HostSettings = z.infer<typeof HostJson>['extensions']

/** @throws when the file is missing or a part of it that matters is malformed. */
export async function readHostJson(appDirectory: string): Promise<HostSettings> {
  return HostJson.parse(JSON.parse(await readFile(join(appDirectory, 'host.json'), 'utf8'))).extensions
}
