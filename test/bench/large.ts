import { connectPerson } from '../../infra/local/sample-integrator.ts'
import { parseOptions } from '../../infra/usage-error.ts'
import { seconds, systemClock } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { runProof, wholeNumber } from '../support/proof-command.ts'
import type { Comparison } from './cache-inspector.ts'
import { connectSmallAccount, type LargeMailbox, roundsAfter, startLargeMailbox } from './large-mailbox.ts'
import { residentMiB, watchMemory } from './resident-memory.ts'
import { median } from './statistics.ts'

// npm run large -- --events 100000 --kills 3     a first pull that is killed, and a second one of everything
// npm run large -- --small 500                   with so many small accounts that connect meanwhile
const USAGE = 'npm run large -- [--events 100000] [--kills 3] [--small 20]'

/** The numbers of the design: memory over the idle process, rows of a first pull, and how long the others wait for it. */
const MOST_MIB = 150
const MOST_WAIT = seconds(120)
/** Small accounts that connect at the same time. */
const LANES = 8
const MOST_ROWS_PER_EVENT = 1.5
const PAGE_SIZE = 200

const findings: string[] = []
const say = (what: string, value: string | number) => console.log(`${what.padEnd(34)}${value}`)
const expectAtMost = (what: string, value: number, most: number) => {
  if (value > most) findings.push(`${what} is ${value.toFixed(2)}, more than ${most}`)
}

/** What the Functions host holds when it has everything loaded and nothing to do. */
async function idleMemory(large: LargeMailbox): Promise<number> {
  await connectSmallAccount(large)
  await systemClock.sleep(seconds(3))
  return residentMiB(large.system.functionsHost().pid)
}

/** Measures what it takes to read the whole mailbox. @returns how many rows were written. */
async function measure(large: LargeMailbox, idle: number, meanwhile: () => Promise<unknown>): Promise<number> {
  const { system, cache, tables, person } = large
  const watch = watchMemory(() => system.functionsHost().pid)
  const account = cache.accountOf(person)
  const round = (await cache.calendar(person))?.round ?? 0
  const before = { pages: large.pages(), visits: tables.statesRead(account), rows: tables.rowsWritten(account) }
  const began = performance.now()
  await meanwhile()
  await roundsAfter(large, round)
  const tookSeconds = (performance.now() - began) / 1000
  watch.stop()
  say('  time, s', tookSeconds.toFixed(1))
  say('  pages', large.pages() - before.pages)
  say('  invocations', tables.statesRead(account) - before.visits)
  say('  peak memory, MiB', `${watch.peak().toFixed(0)}, ${(watch.peak() - idle).toFixed(0)} over idle`)
  expectAtMost('memory over idle, in MiB,', watch.peak() - idle, MOST_MIB)
  return tables.rowsWritten(account) - before.rows
}

/** Connects small accounts, some at a time. @returns the milliseconds that each of them waited. */
async function connectSmall(large: LargeMailbox, count: number): Promise<readonly number[]> {
  const waits: number[] = []
  let begun = 0
  const connectNext = async () => {
    while (begun++ < count) waits.push(await connectSmallAccount(large))
  }
  await Promise.all(Array.from({ length: LANES }, connectNext))
  return waits
}

/** What to do to the large mailbox, and beside it. */
interface Order {
  readonly events: number
  readonly kills: number
  /** Small accounts that connect while the large mailbox is read. */
  readonly small: number
}

async function firstPull(large: LargeMailbox, { events, kills, small }: Order): Promise<void> {
  const waits: number[] = []
  await connectPerson(large.system.addresses.sync, large.person.userPrincipalName)
  const started = large.pages()
  for (let kill = 1; kill <= kills; kill++) {
    const due = started + Math.floor((kill * events) / PAGE_SIZE / (kills + 1))
    await eventually(`${due} pages are asked for`, () => large.pages() >= due, 3_600_000)
    waits.push(await connectSmallAccount(large))
    await large.killAndStart()
  }
  waits.push(...(await connectSmall(large, small)))
  say('  kills', kills)
  say('  small accounts', waits.length)
  say('  they waited, ms', `${median(waits).toFixed(0)} in the middle, ${Math.max(...waits).toFixed(0)} at most`)
  expectAtMost('the longest wait of a small account, in ms,', Math.max(...waits), MOST_WAIT)
}

async function compare({ cache, person, mailbox }: LargeMailbox): Promise<Comparison> {
  const { events, missing, surplus } = await cache.compare(person, mailbox)
  say('  events exactly once in the cache', events - missing.length)
  const examples = [...missing.slice(0, 3), ...surplus.slice(0, 3)].join('; ')
  if (missing.length + surplus.length > 0)
    findings.push(`${missing.length} events are missing, ${surplus.length} are too many: ${examples}`)
  return { events, missing, surplus }
}

/** Microsoft forgets every cursor, and a tenth of the mailbox is gone by then. */
async function loseCursors({ mailbox }: LargeMailbox): Promise<void> {
  mailbox.expireTokens()
  const [last = '', ...ids] = [...mailbox.calendar().store.items.keys()].reverse()
  for (const [at, id] of ids.entries()) if (at % 10 === 0) mailbox.remove(id)
  // Of thousands of notifications at once all may come too late; this one does not.
  await systemClock.sleep(seconds(10))
  mailbox.patch(last, { subject: 'Changed at the end' })
  // By then it is told, however soon the round before was over.
  await systemClock.sleep(seconds(5))
}

async function run(order: Order): Promise<void> {
  await using large = await startLargeMailbox(order.events)
  const idle = await idleMemory(large)
  say('idle memory, MiB', idle.toFixed(0))
  console.log('first pull')
  const rows = await measure(large, idle, () => firstPull(large, order))
  const compared = await compare(large)
  say('  rows written per event', (rows / compared.events).toFixed(2))
  expectAtMost('rows written per event', rows / compared.events, MOST_ROWS_PER_EVENT)
  console.log('second round over everything, after Microsoft forgot the cursor')
  await large.killAndStart()
  // A host that has just started answers its first notifications late.
  await connectSmallAccount(large)
  const again = await measure(large, idle, () => loseCursors(large))
  await compare(large)
  say('  rows written', again)
  for (const trouble of new Set(large.troubles)) console.log(trouble)
}

async function main(): Promise<boolean> {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseOptions({ options: { events: text('100000'), kills: text('3'), small: text('20') } })
  const { events, kills, small } = values
  await run({
    events: wholeNumber('events', events),
    kills: wholeNumber('kills', kills, 0, 100),
    small: wholeNumber('small', small),
  })
  for (const finding of findings) console.log(`WRONG: ${finding}`)
  return findings.length === 0
}

runProof(USAGE, main)
