import type { Bench } from '../bench.ts'
import { measureCounts } from './counts.ts'

export const counts: Bench = {
  about: 'requests and rows in a mailbox of 10,000 events, counted in memory; they are the same on every machine',
  takes: [],
  async run({ quick, progress }) {
    progress.at(0, 1)
    return { figures: await (quick ? measureCounts(400, 4) : measureCounts(10_000, 200)) }
  },
}
