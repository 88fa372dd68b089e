import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { createWorld, type Person, type World } from '../../infra/local/microsoft365/world.ts'
import { connectPerson } from '../../infra/local/sample-integrator.ts'
import { type System, startSystem } from '../../infra/local/system.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { freeOffset } from '../support/free-offset.ts'
import { type CacheInspector, createCacheInspector } from './cache-inspector.ts'
import { startTableService, type TableService } from './table-service.ts'

/** The local system in processes of its own, with one large mailbox that nobody has connected yet. */
export interface LargeMailbox extends AsyncDisposable {
  readonly world: World
  readonly person: Person
  readonly mailbox: Mailbox
  readonly system: System
  readonly tables: TableService
  readonly cache: CacheInspector
  /** What the Functions host has logged of failures. */
  readonly troubles: readonly string[]
  /** Pages of changes that Microsoft has answered so far, of all mailboxes. */
  pages(): number
  /** Kills the host as a power cut would, and starts it again. */
  killAndStart(): Promise<void>
}

/** A tenth of the events belongs to series. */
const OCCURRENCES = 20
const inSeries = (events: number): number => Math.round(events / 10 / OCCURRENCES)

/** Longer than anything here takes that ends at all. */
const LIMIT_MS = 3_600_000

/** One invocation's time, so that there are many of them. */
const BUDGET_SECONDS = '10'

/** @param app a folder that holds the built app; it is built here when absent. */
export async function startLargeMailbox(events: number, app?: string): Promise<LargeMailbox> {
  const world = createWorld({ clock: systemClock, random: systemRandom })
  world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  const series = inSeries(events)
  const order = { series, occurrences: OCCURRENCES, singles: events - series * OCCURRENCES, days: 200 }
  const { person, mailbox } = fillMailbox(world, MailboxOrder.parse(order))
  const troubles: string[] = []
  const offset = await freeOffset()
  const tables = await startTableService()
  const system = await startSystem({
    offset,
    world,
    ...(app !== undefined && { app }),
    settings: { TABLES_URL: tables.url, SYNC_BUDGET_SECONDS: BUDGET_SECONDS },
    log: () => {},
    write: (line) => {
      if (/"level":"(?:warn|error)"|-failed"/.test(line)) troubles.push(line)
    },
  })
  const cache = await createCacheInspector(system.settings, tables.stored)
  const requests = system.microsoft365?.graph.requests
  return {
    ...{ world, person, mailbox, system, tables, cache, troubles },
    pages: () => requests?.list().filter(({ path }) => path.includes('/delta')).length ?? 0,
    async killAndStart() {
      await system.killFunctionsHost()
      await system.startFunctionsHost()
    },
    async [Symbol.asyncDispose]() {
      await system.close()
      await tables.close()
    },
  }
}

/** Connects somebody with a few events. @returns how many milliseconds the first of them took to be in the cache. */
export async function connectSmallAccount({ world, system, cache }: LargeMailbox): Promise<number> {
  const { person } = fillMailbox(world, MailboxOrder.parse({ singles: 20, displayName: 'Small Account' }))
  await connectPerson(system.addresses.sync, person.userPrincipalName)
  const connected = performance.now()
  await eventually(
    'a small account is read',
    async () => (await cache.calendar(person))?.cursor !== undefined,
    LIMIT_MS,
  )
  return performance.now() - connected
}

/** Waits until the large mailbox has been read to its end in a round after this one, and nothing is left to do. */
export const roundsAfter = ({ cache, person, system }: LargeMailbox, round: number): Promise<void> =>
  eventually(
    'a round over the mailbox is complete',
    async () => {
      if (system.serviceBus?.snapshot().messages.length !== 0) return false
      const calendar = await cache.calendar(person)
      return calendar !== undefined && calendar.round > round && calendar.cursor !== undefined && !calendar.dirty
    },
    LIMIT_MS,
  )
