import type { Bench } from './bench.ts'
import { cost } from './cost/bench.ts'
import { coldStart } from './loading/bench.ts'
import { peers } from './peers/bench.ts'

/** The numbers the service promises: what `npm run bench` runs without a name. */
export const NUMBERS: Readonly<Record<string, Bench>> = {
  'cold-start': coldStart,
}

/** Run by their names only. */
export const STUDIES: Readonly<Record<string, Bench>> = {
  cost,
  peers,
}
