import type { Bench } from './bench.ts'
import { firstPull } from './first-pull/bench.ts'
import { accounts } from './growth/bench.ts'
import { curves } from './growth/curves-bench.ts'
import { latency } from './latency/bench.ts'
import { coldStart } from './loading/bench.ts'
import { webhook } from './webhook/bench.ts'

/** The numbers the service promises: what `npm run bench` runs without a name. */
export const NUMBERS: Readonly<Record<string, Bench>> = {
  'first-pull': firstPull,
  webhook,
  'cold-start': coldStart,
  latency,
  accounts,
}

/** Run by their names only. */
export const STUDIES: Readonly<Record<string, Bench>> = {
  curves,
}
