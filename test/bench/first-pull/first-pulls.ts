import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as z from 'zod'
import { fillMailbox, MailboxOrder } from '../../../infra/local/microsoft365/control/mailboxes.ts'
import type { Person } from '../../../infra/local/microsoft365/world.ts'
import { connectPerson } from '../../../infra/local/sample-integrator.ts'
import { systemClock } from '../../../shared/core/time.ts'
import type { Progress } from '../../support/progress.ts'
import { type BenchSystem, graphToken, startBenchSystem } from '../bench-system.ts'
import { type CacheInspector, createCacheInspector } from '../cache-inspector.ts'
import { processorMs } from '../processor-time.ts'
import { startTableService } from '../table-service.ts'

const DOWNLOAD = fileURLToPath(new URL('./download.ts', import.meta.url))

/** What the stand-in takes for each page, in milliseconds, as Graph does for one of 200 events. */
const PAGE_MS = 150
const WARM_UP_EVENTS = 400

export interface Taken {
  readonly ms: number
  /** Processor time of the process that reads; it can be no quicker. */
  readonly processorMs: number
  readonly pages: number
}

/** One mailbox, read by us and by the bare program. */
export interface Round {
  readonly ours: Taken
  readonly bare: Taken
}

/** Reads a new mailbox of so many events in each round, by us first or by the bare program first, in turn. */
export async function measureFirstPulls(
  app: string,
  { events, rounds, progress }: { readonly events: number; readonly rounds: number; readonly progress: Progress },
): Promise<readonly Round[]> {
  const tables = await startTableService()
  const system = await startBenchSystem(app, { TABLES_URL: tables.url })
  try {
    const cache = await createCacheInspector(system.settings, tables.stored)
    system.microsoft365.faults.pageDelayMs = PAGE_MS
    // A new instance loads what it needs at its first pull.
    await pull(system, cache, addPerson(system, WARM_UP_EVENTS))
    const all: Round[] = []
    for (let round = 0; round < rounds; round++) {
      progress.at(round, rounds)
      const person = addPerson(system, events)
      const before = round % 2 === 0 ? await download(system, person) : undefined
      const ours = await pull(system, cache, person)
      all.push({ ours, bare: before ?? (await download(system, person)) })
    }
    return all
  } finally {
    await system.close()
    await tables.close()
  }
}

/** A tenth of the events belongs to series. */
const OCCURRENCES = 20
const DAYS = 200

function addPerson({ world }: BenchSystem, events: number): Person {
  const series = Math.round(events / 10 / OCCURRENCES)
  const singles = events - series * OCCURRENCES
  return fillMailbox(world, MailboxOrder.parse({ series, singles, occurrences: OCCURRENCES, days: DAYS })).person
}

/** From the last request before the first page until the cursor is stored. */
async function pull(system: BenchSystem, cache: CacheInspector, person: Person): Promise<Taken> {
  const { requests } = system.microsoft365.graph
  const { pid } = system.functionsHost()
  requests.clear()
  const before = processorMs(pid)
  await connectPerson(system.addresses.sync, person.userPrincipalName)
  while ((await cache.calendar(person))?.cursor === undefined) await systemClock.sleep(POLL_MS)
  const ended = systemClock.now()
  const own = requests.list().filter(({ oid }) => oid === person.oid)
  const first = own.findIndex(({ path }) => path.includes('/delta'))
  const pages = own.filter(({ path }) => path.includes('/delta')).length
  return { ms: ended - (own[first - 1]?.at ?? 0), processorMs: processorMs(pid) - before, pages }
}

const POLL_MS = 5 as Parameters<typeof systemClock.sleep>[0]

const Printed = z.object({ ms: z.number(), processorMs: z.number(), pages: z.number() })

async function download(system: BenchSystem, person: Person): Promise<Taken> {
  const day = 86_400_000
  const at = (days: number) => new Date(systemClock.now() + days * day).toISOString()
  const query = new URLSearchParams({ startDateTime: at(-42), endDateTime: at(201) })
  const link = `${system.addresses.microsoft365}/v1.0/me/calendarView/delta?${query}`
  const env = { ...process.env, TOKEN: await graphToken(system, person.oid) }
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', DOWNLOAD, link], { env })
  return Printed.parse(JSON.parse(stdout))
}
