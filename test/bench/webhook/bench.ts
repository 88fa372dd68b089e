import type { Bench, Figure } from '../bench.ts'
import { columns, numberText } from '../print.ts'
import { median, spread } from '../statistics.ts'
import { measureWebhooks, type Round } from './webhooks.ts'

/** The most that a request to the webhook may take, against a handler that does the least. */
const LIMIT = 1.3
/** The most that it may take when others send slowly, against when they do not. */
const MOST_SLOWED = 2

const FULL = { people: 20, rounds: 15, notifications: 2_000, connections: 200, slowSenders: 1_000 }
const QUICK = { people: 2, rounds: 1, notifications: 400, connections: 200, slowSenders: 1_000 }

export const webhook: Bench = {
  about: 'webhook, 200 at once : a handler that parses, sends one message to the same queue and answers 202',
  takes: ['rounds'],
  async run({ app, rounds, quick, progress }) {
    const size = quick ? QUICK : FULL
    const all = await measureWebhooks(await app(), { ...size, rounds: rounds ?? size.rounds, progress })
    const slowed = all.map(({ besideSlow }) => besideSlow)
    return {
      figures: [
        { ...ratioOf(all, 'ms'), what: 'time of a request', most: LIMIT },
        { ...ratioOf(all, 'processorMs'), what: "processor time of the handler's process" },
        {
          what: `p99 beside ${size.slowSenders.toLocaleString('en')} connections of a byte a second`,
          value: median(slowed),
          spread: spread(slowed),
          most: MOST_SLOWED,
        },
        {
          what: 'answers that were not 202',
          value: sum(all.map(({ ours, bare }) => ours.refused + bare.refused)),
          most: 0,
        },
      ],
      lines: columns([['', 'ms per request', 'processor ms'], row('ours', all, 'ours'), row('bare', all, 'bare')]),
      data: { ...size, rounds: all },
    }
  },
}

function ratioOf(all: readonly Round[], of: 'ms' | 'processorMs'): Pick<Figure, 'value' | 'spread'> {
  const ratios = all.map(({ ours, bare }) => ours[of] / bare[of])
  return { value: median(ratios), spread: spread(ratios) }
}

const row = (name: string, all: readonly Round[], side: 'ours' | 'bare'): readonly string[] => [
  name,
  numberText(median(all.map((round) => round[side].ms))),
  numberText(median(all.map((round) => round[side].processorMs))),
]

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)
