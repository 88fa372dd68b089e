import type { Bench } from '../bench.ts'
import { columns, numberText } from '../print.ts'
import { median, spread } from '../statistics.ts'
import { measureFirstPulls, type Round } from './first-pulls.ts'

/** The most that a first pull may take, against downloading the same pages and dropping them. */
const LIMIT = 1.3

const EVENTS = 10_000
const QUICK_EVENTS = 600

export const firstPull: Bench = {
  about:
    'first pull of 10,000 events into tables that answer at once : downloading the same pages of 200, 150 ms each, and dropping them',
  takes: ['rounds'],
  async run({ app, rounds, quick, progress }) {
    const events = quick ? QUICK_EVENTS : EVENTS
    const all = await measureFirstPulls(await app(), { events, rounds: rounds ?? (quick ? 1 : 5), progress })
    const ratios = all.map(({ ours, bare }) => ours.ms / bare.ms)
    return {
      figures: [{ what: 'time of a first pull', value: median(ratios), spread: spread(ratios), most: LIMIT }],
      lines: columns([
        ['', 'ms', 'processor ms', 'pages'],
        row('ours', all, 'ours'),
        row('pages dropped', all, 'bare'),
      ]),
      data: { events, rounds: all },
    }
  },
}

const row = (name: string, all: readonly Round[], side: keyof Round): readonly string[] => [
  name,
  numberText(Math.round(median(all.map((round) => round[side].ms)))),
  numberText(Math.round(median(all.map((round) => round[side].processorMs)))),
  numberText(median(all.map((round) => round[side].pages))),
]
