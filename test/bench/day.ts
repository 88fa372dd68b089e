import { type DurationMs, elapsed, hours, minutes, seconds } from '../../shared/core/time.ts'
import { tableRequests } from '../support/counted-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { readNumbers, runProof } from '../support/proof-command.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { createLateness } from './lateness.ts'

// npm run day -- --accounts 10000 --hours 24     a day of the schedule, in memory, as fast as it goes
const USAGE = 'npm run day -- [--accounts 10000] [--hours 24] [--polled 20]'

interface Order {
  readonly accounts: number
  readonly hours: number
  /** Each how manieth mailbox takes no subscription, and is polled. */
  readonly polled: number
}

const TICK = seconds(30)

/** What one tick of the timer led to. */
interface Tick {
  readonly accounts: number
  readonly tables: number
  readonly graph: number
}

const say = (what: string, value: string | number) => console.log(`${what.padEnd(44)}${value}`)

async function connectAll(fixture: ServiceFixture, { accounts, polled }: Order): Promise<void> {
  const [tid = ''] = fixture.world.organisations.keys()
  const refused = new Set<string>()
  fixture.intercept = (sent) => {
    const token = sent.headers.get('authorization') ?? ''
    if (!refused.has(token) || !sent.url.endsWith('/subscriptions')) return undefined
    return Response.json({ error: { code: 'ExtensionError', message: 'not here' } }, { status: 403 })
  }
  for (let at = 0; at < accounts; at++) {
    const person = fixture.world.addPerson({ tid, displayName: `Person ${at}` })
    if (at % polled === 0) refused.add(`Bearer ${fixture.tokenOf(person)}`)
    fixture.world.mailboxOf(person.oid).create(oneHour('Something', '2026-11-20'))
    await fixture.connect(person)
    // They connect in the course of an hour.
    await fixture.clock.advance((hours(1) / accounts) as DurationMs)
    if (at % 100 === 99) await fixture.settle()
  }
  await fixture.settle()
}

async function tick(fixture: ServiceFixture): Promise<Tick> {
  const tables = tableRequests(fixture.counters)
  fixture.graph.requests.clear()
  const accounts = await fixture.service.wakeDue()
  await fixture.settle()
  return {
    accounts,
    tables: tableRequests(fixture.counters) - tables,
    graph: fixture.graph.requests.list().length,
  }
}

function report(ticks: readonly Tick[], order: Order): void {
  for (const what of ['accounts', 'tables', 'graph'] as const) {
    const sorted = ticks.map((each) => each[what]).sort((one, other) => one - other)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
    const sum = sorted.reduce((total, each) => total + each, 0)
    const named = { accounts: 'accounts woken', tables: 'table requests', graph: 'Graph requests' }[what]
    say(`${named} per tick: p50, p99, most`, `${at(0.5)}, ${at(0.99)}, ${at(1)}`)
    say(`${named} per account and hour`, (sum / order.accounts / order.hours).toFixed(2))
  }
}

async function main(): Promise<boolean> {
  const order = readNumbers({ accounts: 10_000, hours: 24, polled: 20 })
  const began = performance.now()
  const fixture = await startService()
  const lateness = createLateness(fixture)
  await connectAll(fixture, order)
  say('accounts', `${order.accounts}, of which ${Math.ceil(order.accounts / order.polled)} polled`)
  const ticks: Tick[] = []
  const until = fixture.clock.now() + hours(order.hours)
  while (fixture.clock.now() < until) {
    await fixture.clock.advance(TICK)
    ticks.push(await tick(fixture))
    lateness.look()
  }
  report(ticks, order)
  const isInTime = reportLateness(fixture, lateness)
  say('took, s', ((performance.now() - began) / 1000).toFixed(0))
  return isInTime
}

function reportLateness(fixture: ServiceFixture, lateness: ReturnType<typeof createLateness>): boolean {
  const most = lateness.longest()
  say('longest between two readings, notified, min', (most.notified / minutes(1)).toFixed(1))
  say('longest between two readings, polled, min', (most.polled / minutes(1)).toFixed(1))
  const { ends, ended } = lateness.subscriptions()
  say('subscriptions that ended', ended)
  say('shortest life left of a subscription, h', (elapsed(fixture.clock.now(), ends) / hours(1)).toFixed(1))
  const isInTime = most.notified <= hours(1) && most.polled <= minutes(5) && ended === 0
  if (!isInTime) console.error('an account was late')
  return isInTime
}

runProof(USAGE, main)
