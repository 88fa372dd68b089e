import type { Bench, Figure } from '../bench.ts'
import { columns, numberText } from '../print.ts'
import { median, spread } from '../statistics.ts'
import { type Compared, compareSizes } from './accounts.ts'
import { type Cost, MEASURES, typical } from './cost.ts'

/** The most that a unit of work may cost at the larger size, against the smaller one. */
const LIMIT = 1.1

const FULL = { small: 1_000, large: 100_000, active: 20, rounds: 10 }
const QUICK = { small: 10, large: 100, active: 2, rounds: 1 }

const NAMES: Readonly<Record<keyof Cost, string>> = {
  requests: 'requests',
  rows: 'rows',
  bytes: 'bytes',
  ms: 'processor time',
}

export const accounts: Bench = {
  about: 'cost of an action or a pull at 100,000 accounts : at 1,000 accounts',
  takes: ['rounds'],
  async run({ quick, rounds, progress }) {
    const size = quick ? QUICK : FULL
    const costs = await compareSizes({ ...size, rounds: rounds ?? size.rounds, progress })
    const all = Object.entries(costs)
    return {
      figures: all.flatMap(([work, compared]) => MEASURES.map((measure) => figureOf(work, compared, measure))),
      lines: columns([
        ['', 'accounts', ...MEASURES.map((measure) => NAMES[measure])],
        ...all.flatMap(([work, { small, large }]) => [
          row(work, size.small, typical(small)),
          row(work, size.large, typical(large)),
        ]),
      ]),
      data: { ...size, costs },
    }
  },
}

function figureOf(work: string, { small, large }: Compared, measure: keyof Cost): Figure {
  const ratios = large.map((cost, at) => cost[measure] / (small[at]?.[measure] ?? Number.NaN))
  const figure = { what: `${work}: ${NAMES[measure]}`, value: median(ratios), most: LIMIT }
  return measure === 'ms' ? { ...figure, spread: spread(ratios) } : figure
}

const row = (work: string, size: number, cost: Cost): readonly string[] => [
  work,
  numberText(size),
  ...MEASURES.map((measure) => numberText(cost[measure])),
]
