import { inject } from 'vitest'
import type { Microsoft365 } from '../../infra/local/microsoft365/start.ts'
import { createWorld, type World } from '../../infra/local/microsoft365/world.ts'
import type { ServiceBus } from '../../infra/local/service-bus/start.ts'
import { type System, startSystem } from '../../infra/local/system.ts'
import { type Random, systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { eventually } from './eventually.ts'
import { freeOffset } from './free-offset.ts'
import type { Reader } from './mailbox-answer.ts'

/** The whole system of this machine, with its stand-ins at hand, and what its processes have said. */
export interface RunningSystem extends System {
  readonly microsoft365: Microsoft365
  readonly serviceBus: ServiceBus
  /** Every line that the Functions host wrote. */
  readonly lines: readonly string[]
}

interface Options {
  /** An empty organisation when absent. */
  readonly world?: World
  readonly settings?: Record<string, string>
}

/** Starts the whole system on ports that nobody uses, with the service that was built once for all tests. */
export async function startWholeSystem({ world = emptyWorld(), settings = {} }: Options = {}): Promise<RunningSystem> {
  const lines: string[] = []
  const system = await startSystem({
    offset: await freeOffset(),
    app: inject('app'),
    world,
    settings,
    log: () => {},
    write: (line) => lines.push(line),
  })
  const { microsoft365, serviceBus } = system
  if (microsoft365 === undefined || serviceBus === undefined) throw new Error('a setting replaces a stand-in')
  return { ...system, microsoft365, serviceBus, lines }
}

export function emptyWorld(random: Random = systemRandom): World {
  const world = createWorld({ clock: systemClock, random })
  world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  return world
}

/** Waits until the first pull of a person is complete. */
export const firstPullDone = (reader: Reader): Promise<void> =>
  eventually('the first pull is complete', async () => (await progress(reader)).state === 'current', 60_000)

/** What `/v1/userinfo` tells about the person's pull. */
export async function progress(reader: Reader): Promise<{ state: string; events: number }> {
  const { body } = await reader.get('/v1/userinfo')
  const data = body['cronofy.data'] as { profiles: { profile_sync: { state: string; events: number } }[] }
  return data.profiles[0]?.profile_sync ?? { state: 'unknown', events: 0 }
}

/** Waits until every wake-up that was sent has been handled. */
export const queueIsEmpty = ({ serviceBus }: RunningSystem): Promise<void> =>
  eventually('every wake-up is handled', () => serviceBus.snapshot().messages.length === 0)
