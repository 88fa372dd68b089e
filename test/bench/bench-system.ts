import type { Microsoft365 } from '../../infra/local/microsoft365/start.ts'
import { createWorld, type World } from '../../infra/local/microsoft365/world.ts'
import type { ServiceBus } from '../../infra/local/service-bus/start.ts'
import { type System, startSystem } from '../../infra/local/system.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { freeOffset } from '../support/free-offset.ts'

/**
 * The local system for one organisation without anybody: the Functions host and Azurite as processes, the other stand-ins
 * in this one, at hand.
 */
export interface BenchSystem extends System {
  readonly world: World
  readonly microsoft365: Microsoft365
  readonly serviceBus: ServiceBus
}

/** @param app a folder that holds the built app. */
export async function startBenchSystem(
  app: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchSystem> {
  const world = createWorld({ clock: systemClock, random: systemRandom })
  world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  const quiet = { log: () => undefined, write: () => undefined }
  const system = await startSystem({ offset: await freeOffset(), app, world, settings, ...quiet })
  const { microsoft365, serviceBus } = system
  if (microsoft365 === undefined || serviceBus === undefined) throw new Error('a setting replaces a stand-in')
  return { ...system, world, microsoft365, serviceBus }
}

/** A Graph token of somebody, without a sign-in. @param person oid or address. */
export async function graphToken({ addresses }: BenchSystem, person: string): Promise<string> {
  const url = `${addresses.microsoft365}/_control/token`
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ person }) })
  return ((await answer.json()) as { token: string }).token
}
