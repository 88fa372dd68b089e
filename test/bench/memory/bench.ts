import { connectPerson } from '../../../infra/local/sample-integrator.ts'
import { seconds, systemClock } from '../../../shared/core/time.ts'
import type { Bench } from '../bench.ts'
import { connectSmallAccount, type LargeMailbox, roundsAfter, startLargeMailbox } from '../large-mailbox.ts'
import { columns, numberText } from '../print.ts'
import { residentMiB, watchMemory } from '../resident-memory.ts'

/** The most memory over the idle process, in MiB. */
const LIMIT = 150

const EVENTS = 100_000
const QUICK_EVENTS = 1_000

export const memory: Bench = {
  about: 'peak memory of the first pull of 100,000 events over the idle process (npm run large kills it on the way)',
  async run({ app, quick, progress }) {
    const events = quick ? QUICK_EVENTS : EVENTS
    await using large = await startLargeMailbox(events, await app())
    // What an instance loads with its first account is not the large mailbox's doing.
    await connectSmallAccount(large)
    await systemClock.sleep(seconds(3))
    const idle = residentMiB(large.system.functionsHost().pid)
    const { peak, tookSeconds } = await firstPull(large, () => progress.at(large.pages(), events / PAGE_SIZE))
    const { missing, surplus } = await large.cache.compare(large.person, large.mailbox)
    return {
      figures: [
        { what: 'peak over idle', value: peak - idle, unit: 'MiB', most: LIMIT },
        { what: 'events that are missing or too many', value: missing.length + surplus.length, most: 0 },
      ],
      lines: columns([
        ['events', 'idle MiB', 'peak MiB', 'seconds'],
        [events, idle, peak, tookSeconds].map(numberText),
      ]),
    }
  },
}

const PAGE_SIZE = 200

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
