import type { Bench } from '../bench.ts'
import { columns, numberText } from '../print.ts'
import { median, spread } from '../statistics.ts'
import { measureLatencies, type Round, type Taken } from './latencies.ts'

/** The most that a change may take to its answer, against the bare calls in between. */
const LIMIT = 1.5

export const latency: Bench = {
  about: 'change in Outlook to changed answer, whole system : the bare calls in between, one after the other',
  takes: ['rounds'],
  async run({ app, rounds, quick, progress }) {
    const all = await measureLatencies(await app(), { rounds: rounds ?? (quick ? 1 : 21), progress })
    const ratios = all.map(({ ours, bare }) => ours.ms / bare.ms)
    return {
      figures: [
        { what: 'time from the change to the answer', value: median(ratios), spread: spread(ratios), most: LIMIT },
      ],
      lines: [
        ...columns([
          ['ms', 'in all', 'until Graph has told', 'until it is answered', 'an answer alone'],
          row('ours', all, 'ours'),
          row('bare calls', all, 'bare'),
        ]),
        profile(all),
      ],
      data: { rounds: all },
    }
  },
}

/**
 * Requests of the table service that are made one after the other. Ours: the account's state, the part of the index and the
 * commit; then the grant, the state and the part of the index at once, and the event (`round-trips.test.ts` counts them).
 * The bare program: its row, twice.
 */
const IN_A_ROW = { ours: 5, bare: 2 }

function profile(all: readonly Round[]): string {
  const each = median(all.map(({ tableMs }) => tableMs))
  const more = numberText((IN_A_ROW.ours - IN_A_ROW.bare) * each)
  const { ours, bare } = IN_A_ROW
  return `table requests one after the other: ours ${ours}, bare ${bare}; at ${numberText(each)} ms each that is ${more} ms more`
}

const PARTS = ['ms', 'told', 'answered', 'reading'] as const satisfies readonly (keyof Taken)[]

const row = (name: string, all: readonly Round[], side: 'ours' | 'bare'): readonly string[] => [
  name,
  ...PARTS.map((part) => numberText(median(all.map((round) => round[side][part])))),
]
