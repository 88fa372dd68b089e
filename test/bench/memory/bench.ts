import { connectPerson } from '../../../infra/local/sample-integrator.ts'
import { seconds, systemClock } from '../../../shared/core/time.ts'
import type { Bench } from '../bench.ts'
import { connectSmallAccount, type LargeMailbox, roundsAfter, startLargeMailbox } from '../large-mailbox.ts'
import { columns, numberText } from '../print.ts'
import { residentMiB, watchMemory } from '../resident-memory.ts'
import { median, spread } from '../statistics.ts'

/** The most memory over the idle process, in MiB. */
const LIMIT = 150

const EVENTS = 100_000
const QUICK_EVENTS = 1_000

const ROUNDS = 3

interface Round {
  readonly idle: number
  readonly peak: number
  readonly tookSeconds: number
  /** Events that are missing or too many in the end. */
  readonly wrong: number
}

export const memory: Bench = {
  about: 'peak memory of the first pull of 100,000 events over the idle process (npm run large kills it on the way)',
  takes: ['rounds'],
  async run({ app, rounds, quick, progress }) {
    const events = quick ? QUICK_EVENTS : EVENTS
    const times = rounds ?? (quick ? 1 : ROUNDS)
    const pages = events / PAGE_SIZE
    const all: Round[] = []
    while (all.length < times) {
      const look = (read: number) => progress.at(all.length * pages + read, times * pages)
      all.push(await measureOnce(events, await app(), look))
    }
    const over = all.map(({ idle, peak }) => peak - idle)
    return {
      figures: [
        { what: 'peak over idle', value: median(over), spread: spread(over), unit: 'MiB', most: LIMIT },
        { what: 'events that are missing or too many', value: Math.max(...all.map(({ wrong }) => wrong)), most: 0 },
      ],
      lines: columns([
        ['events', 'idle MiB', 'peak MiB', 'seconds'],
        ...all.map(({ idle, peak, tookSeconds }) => [events, idle, peak, tookSeconds].map(numberText)),
      ]),
      data: { events, rounds: all },
    }
  },
}

const PAGE_SIZE = 200

/** In a Functions host that has read nothing large before. @param look is told how many pages have been read. */
async function measureOnce(events: number, app: string, look: (pages: number) => void): Promise<Round> {
  await using large = await startLargeMailbox(events, app)
  // What an instance loads with its first account is not the large mailbox's doing.
  await connectSmallAccount(large)
  await systemClock.sleep(seconds(3))
  const idle = residentMiB(large.system.functionsHost().pid)
  const pulled = await firstPull(large, () => look(large.pages()))
  const { missing, surplus } = await large.cache.compare(large.person, large.mailbox)
  return { idle, ...pulled, wrong: missing.length + surplus.length }
}

async function firstPull(large: LargeMailbox, look: () => void): Promise<{ peak: number; tookSeconds: number }> {
  const watch = watchMemory(() => large.system.functionsHost().pid)
  const looking = setInterval(look, 1_000)
  try {
    const began = performance.now()
    await connectPerson(large.system.addresses.sync, large.person.userPrincipalName)
    await roundsAfter(large, 0)
    return { peak: watch.peak(), tookSeconds: (performance.now() - began) / 1000 }
  } finally {
    clearInterval(looking)
    watch.stop()
  }
}
