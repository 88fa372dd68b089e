import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { Person } from '../../../infra/local/microsoft365/world.ts'
import { connectPerson } from '../../../infra/local/sample-integrator.ts'
import { type DurationMs, systemClock } from '../../../shared/core/time.ts'
import { eventually } from '../../support/eventually.ts'
import { oneHour } from '../../support/graph-stand-in.ts'
import type { Progress } from '../../support/progress.ts'
import { type BenchSystem, startBenchSystem } from '../bench-system.ts'
import { startBareSystem } from './bare-system.ts'

/** Milliseconds of one change. */
export interface Taken {
  /** From the change in Outlook until an answer has it. */
  readonly ms: number
  /** From the change until Graph has answered what is new. */
  readonly told: number
  /** From then until an answer has it, which is asked for until it has it. */
  readonly answered: number
  /** One more answer. */
  readonly reading: number
}

export interface Round {
  readonly ours: Taken
  readonly bare: Taken
  /** One request to the table service. */
  readonly tableMs: number
}

/** One of both, with a mailbox of one event. */
interface Side {
  readonly person: Person
  readonly mailbox: Mailbox
  /** The answer that tells the event. */
  read(): Promise<string>
}

/** Changes the event of each side in turn. */
export async function measureLatencies(
  app: string,
  { rounds, progress }: { readonly rounds: number; readonly progress: Progress },
): Promise<readonly Round[]> {
  const system = await startBenchSystem(app)
  system.microsoft365.faults.notifications.delayMs = 0
  const people = { ours: addPerson(system, 'Bench ours'), bare: addPerson(system, 'Bench bare') }
  const bareSystem = await startBareSystem(system, people.bare.person)
  try {
    const sides = {
      ours: { ...people.ours, read: await ourReading(system, people.ours.person) },
      bare: { ...people.bare, read: () => text(`${bareSystem.url}/bare/event`, {}) },
    }
    // The first time loads what is needed.
    for (const side of [sides.ours, sides.bare]) await takenBy(system, side)
    const all: Round[] = []
    for (let round = 0; round < rounds; round++) {
      progress.at(round, rounds)
      const [ours, bare] = [await takenBy(system, sides.ours), await takenBy(system, sides.bare)]
      const began = performance.now()
      await bareSystem.readRow()
      all.push({ ours, bare, tableMs: performance.now() - began })
    }
    return all
  } finally {
    await bareSystem.close()
    await system.close()
  }
}

function addPerson({ world }: BenchSystem, displayName: string): Pick<Side, 'person' | 'mailbox'> {
  const [tid = ''] = world.organisations.keys()
  const person = world.addPerson({ tid, displayName })
  const mailbox = world.mailboxOf(person.oid)
  mailbox.create(oneHour('At first', new Date(systemClock.now() + WEEK).toISOString().slice(0, 10)))
  return { person, mailbox }
}

const WEEK = 7 * 86_400_000

/** The person's event by its own address, once it has been read for the first time. */
async function ourReading(system: BenchSystem, { userPrincipalName }: Person): Promise<Side['read']> {
  const { sync } = system.addresses
  const reader = await connectPerson(sync, userPrincipalName)
  for (;;) {
    const [event] = await reader.events()
    const headers = { authorization: `Bearer ${reader.token}` }
    if (event !== undefined) return () => text(`${sync}/v1/events/${event.event_uid}`, headers)
    await systemClock.sleep(POLL)
  }
}

const text = async (url: string, headers: Record<string, string>) => (await fetch(url, { headers })).text()

const POLL = 1 as DurationMs
/** Longer than a host keeps the session of an account that has nothing to do. */
const IDLE = 1_300 as DurationMs
/** Longer than any change takes that arrives at all. */
const LIMIT_MS = 60_000
let changes = 0

async function takenBy(system: BenchSystem, { person, mailbox, read }: Side): Promise<Taken> {
  await eventually('nothing is left to do', () => system.serviceBus.snapshot().messages.length === 0, LIMIT_MS)
  await systemClock.sleep(IDLE)
  const { requests } = system.microsoft365.graph
  requests.clear()
  const subject = `Change ${++changes}`
  const [id = ''] = mailbox.calendar().store.items.keys()
  const began = performance.now()
  const soon = async (has: () => boolean | Promise<boolean>) => {
    while (!(await has())) {
      if (performance.now() - began > LIMIT_MS) throw new Error('a change does not arrive')
      await systemClock.sleep(POLL)
    }
    return performance.now()
  }
  mailbox.patch(id, { subject })
  const isTold = () => requests.list().some(({ oid, path }) => oid === person.oid && path.includes('/delta'))
  const told = await soon(isTold)
  const answered = await soon(async () => (await read()).includes(subject))
  await read()
  const ended = performance.now()
  return { ms: answered - began, told: told - began, answered: answered - told, reading: ended - answered }
}
