import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { type FunctionsProcess, spawnFunctionsHost } from '../../infra/local/functions-host/spawn-functions-host.ts'
import { startServiceBus } from '../../infra/local/service-bus/start.ts'
import queues from '../../infra/queues.json' with { type: 'json' }
import { type DurationMs, minutes, systemClock } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { buildNextRelease } from '../support/next-release.ts'
import { connectSomeone, type PersonAt } from '../support/person-at.ts'
import { openTable } from '../support/stored-rows.ts'
import { queueIsEmpty, type RunningSystem, startWholeSystem } from '../support/system.ts'
import { unpackApp } from '../support/unpacked.ts'

/** Processes are started again and again here, each of which reads its code first. */
const PATIENCE_MS = 60_000
vi.setConfig({ testTimeout: 2 * PATIENCE_MS })

let system: RunningSystem
let next: Awaited<ReturnType<typeof buildNextRelease>>

beforeAll(async () => {
  ;[system, next] = await Promise.all([startWholeSystem(), buildNextRelease()])
}, 240_000)

afterAll(async () => {
  await system.close()
  await next.remove()
})

interface Place {
  readonly app: string
  readonly port?: number
  readonly settings?: Record<string, string>
  readonly drainLimit?: number
}

/** Another Functions host for the same tables and vault, until the test ends. */
async function startHost({ app, port = 0, settings = {}, ...more }: Place, lines: string[] = []) {
  const host = await spawnFunctionsHost({
    ...{ appDirectory: app, port, masterKey: system.masterKey, write: (line) => void lines.push(line), ...more },
    environment: { ...system.settings, ...settings },
  })
  onTestFinished(() => host.close())
  return host
}

const failuresIn = (lines: readonly string[]) => lines.filter((line) => line.includes('"level":"error"'))

describe('D1: this release and the next one, whose rows and messages say more,', () => {
  const people: PersonAt[] = []
  const said: string[] = []

  /** Changes on both sides of everybody, asked of these processes in turn, and then the same answer from each. */
  async function round(name: string, ...urls: readonly string[]): Promise<void> {
    for (const [at, person] of people.entries()) {
      person.changeInOutlook(`Outlook ${name}`)
      expect(await person.ask(urls[at % urls.length] ?? '', `FlowAgent ${name}`)).toBe(202)
    }
    for (const person of people) for (const url of urls) await person.agrees(url, `FlowAgent ${name}`)
  }

  /** Whether the next release has written of what it alone knows: it gave out tokens. */
  async function hasWritten(): Promise<boolean> {
    for await (const entity of openTable(system.addresses.tables, 'oauth').listEntities())
      if ('addedLater' in entity) return true
    return false
  }

  test('work side by side on the same rows and queue', async () => {
    const { sync } = system.addresses
    people.push(await connectSomeone(system, sync), await connectSomeone(system, sync))
    await round('before', sync)
    const later = await startHost({ app: next.directory }, said)
    const beside = `http://localhost:${later.port}`
    // The next one begins the sign-in, this one takes Microsoft's answer, and the next one redeems its code.
    people.push(await connectSomeone(system, beside))
    await round('beside', sync, beside)
    expect(await hasWritten()).toBe(true)
    await later.close()
    expect([...failuresIn(system.lines), ...failuresIn(said)]).toEqual([])
  })

  test('take over from each other, and back', async () => {
    const { sync } = system.addresses
    const { port } = system.functionsHost()
    await system.functionsHost().close()
    const later = await startHost({ app: next.directory, port }, said)
    await round('after the release', sync)
    await later.close()
    await system.startFunctionsHost()
    await round('after the way back', sync)
    expect([...failuresIn(system.lines), ...failuresIn(said)]).toEqual([])
  })
})

/** Lets a change in somebody's calendar be read slowly, and waits until it is. */
async function beginReading(person: PersonAt, pageDelayMs: number): Promise<void> {
  await queueIsEmpty(system)
  const { faults, graph } = system.microsoft365
  faults.pageDelayMs = pageDelayMs
  person.changeInOutlook('Read when it ended')
  const isReading = () => graph.requests.underWay().some((path) => path.includes('/delta'))
  await eventually('the calendar is being read', isReading, PATIENCE_MS)
}

describe('D2: a process that is told to end while it works', () => {
  let person: PersonAt

  beforeAll(async () => {
    person = await connectSomeone(system, system.addresses.sync)
  })

  test('does its work to the end when it has the time', async () => {
    const before = pulled()
    await beginReading(person, 2_000)
    expect(pulled()).toBe(before)
    const host = system.functionsHost()
    await host.close()
    system.microsoft365.faults.pageDelayMs = 0
    expect(await host.ended).toBe(0)
    expect(pulled()).toBe(before + 1)
    expect(system.serviceBus.snapshot().messages).toEqual([])
    await system.startFunctionsHost()
  })

  test('leaves its work to the next one when it has not', async () => {
    await system.functionsHost().close()
    const { port } = system.functionsHost()
    const hasty = await startHost({ app: inject('app'), port, drainLimit: 100 })
    await beginReading(person, 60_000)
    expect(await person.ask(system.addresses.sync, 'Cut off')).toBe(202)
    await hasty.close()
    system.microsoft365.faults.pageDelayMs = 0
    expect(system.serviceBus.snapshot().messages).not.toEqual([])
    await system.startFunctionsHost()
    await person.agrees(system.addresses.sync, 'Cut off')
  })

  const pulled = () => system.lines.filter((line) => line.includes('"event":"calendar-pulled"')).length
})

/** The process has a clock so far ahead, and its timer runs. */
async function letPass(host: FunctionsProcess, duration: DurationMs): Promise<void> {
  await host.setAhead(duration)
  const headers = { 'x-functions-key': system.masterKey }
  await fetch(`${host.url}/admin/functions/wake-due`, { method: 'POST', headers })
}

describe('D3: the package that is started elsewhere after the place of the functions is lost', () => {
  test('does all that was accepted, with the tables and the vault alone', async () => {
    const person = await connectSomeone(system, system.addresses.sync)
    const { port } = system.functionsHost()
    await beginReading(person, 60_000)
    expect(await person.ask(system.addresses.sync, 'Accepted before')).toBe(202)
    await system.killFunctionsHost()
    system.microsoft365.faults.pageDelayMs = 0
    const folder = await unpackApp(inject('app'))
    const elsewhere = await startServiceBus({ port: 0, queues: queues.queues as never, clock: systemClock })
    onTestFinished(async () => {
      await elsewhere.close()
      await rm(folder, { recursive: true })
    })
    const host = await startHost({ app: folder, port, settings: { ServiceBus: elsewhere.connectionString } })
    // The wake-up was lost with the queue. A plan of a minute later has it done, and a poll finds what Outlook told.
    await letPass(host, minutes(2))
    await eventually('it is done', () => person.holds('Accepted before'), PATIENCE_MS)
    await letPass(host, minutes(30))
    await person.agrees(system.addresses.sync, 'Accepted before')
    await host.close()
  })
})
