import type { Bench, Figure } from '../bench.ts'
import { columns } from '../print.ts'
import { type ColdStart, LIMIT, measureColdStarts } from './cold-start.ts'

/** What a new instance takes, with and without the bundle, against an app with one empty function. */
export const coldStart: Bench = {
  about: 'loading the built app until every function is registered : the same for one empty function',
  takes: ['rounds'],
  async run({ rounds, quick, progress }) {
    const all = await measureColdStarts(rounds ?? (quick ? 1 : 21), progress)
    const bundled = all.filter(({ app }) => app === 'bundled')
    return { figures: bundled.map(figureOf), lines: columns([HEAD, ...all.map(row)]), data: all }
  },
}

const figureOf = ({ loadRatio, loadRatioSpread }: ColdStart): Figure => ({
  what: 'load ratio',
  value: loadRatio,
  spread: loadRatioSpread,
  most: LIMIT,
})

const HEAD = ['app', 'functions', 'start ms', 'spread', 'load ms', 'ready ms', 'heap MB', 'load ratio', 'start ratio']

const row = ({ app, functions, loadRatio, startRatio, ...one }: ColdStart): readonly string[] => [
  app,
  String(functions),
  ...[one.startMs, one.spreadMs, one.loadMs, one.readyMs, one.heapMb].map((value) => value.toFixed(1)),
  loadRatio.toFixed(2),
  startRatio.toFixed(2),
]
