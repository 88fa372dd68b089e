import type { Bench } from './bench.ts'
import { cost } from './cost/bench.ts'
import { counts } from './counts/bench.ts'
import { firstPull } from './first-pull/bench.ts'
import { accounts } from './growth/bench.ts'
import { curves } from './growth/curves-bench.ts'
import { latency } from './latency/bench.ts'
import { coldStart } from './loading/bench.ts'
import { memory } from './memory/bench.ts'
import { peers } from './peers/bench.ts'
import { webhook } from './webhook/bench.ts'

/** The numbers the service promises: what `npm run bench` runs without a name. */
export const NUMBERS: Readonly<Record<string, Bench>> = {
  counts,
  'first-pull': firstPull,
  webhook,
  'cold-start': coldStart,
  latency,
  accounts,
  memory,
}

/** Run by their names only. */
export const STUDIES: Readonly<Record<string, Bench>> = {
  curves,
  cost,
  peers,
}
