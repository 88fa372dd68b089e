import { expect, test } from 'vitest'
import { isWithin, type Order } from '../../bench/bench.ts'
import { counts } from '../../bench/counts/bench.ts'
import { accounts } from '../../bench/growth/bench.ts'
import { drawCurve } from '../../bench/growth/chart.ts'
import { typical } from '../../bench/growth/cost.ts'
import type { Curve } from '../../bench/growth/curves.ts'
import { curves } from '../../bench/growth/curves-bench.ts'
import { NO_PROGRESS } from '../../support/progress.ts'

const QUICK: Order = {
  quick: true,
  rounds: undefined,
  most: undefined,
  progress: NO_PROGRESS,
  app: async () => {
    throw new Error('nothing is to be built')
  },
}

test('every counted number keeps its limit in a small mailbox too', async () => {
  const { figures } = await counts.run(QUICK)
  expect(figures.length).toBeGreaterThanOrEqual(13)
  const above = figures.filter(({ value, most }) => !(value <= (most ?? 0)))
  expect(above).toEqual([])
})

test('a pull and an action ask for as much among ten times as many accounts', async () => {
  const { figures } = await accounts.run(QUICK)
  const counted = figures.filter(({ what }) => /requests|rows/.test(what))
  expect(counted).toHaveLength(4)
  for (const { value } of counted) expect(value).toBe(1)
})

test('no unit of work asks for more as accounts, events, integrators or channels grow', {
  timeout: 240_000,
}, async () => {
  const { figures, data } = await curves.run(QUICK)
  const all = data as readonly Curve[]
  expect(all.map(({ name }) => name)).toEqual(['accounts', 'events', 'integrators', 'channels'])
  expect(figures).toHaveLength(2 * (4 + 3 + 3 + 2))
  expect(figures.filter((figure) => !isWithin(figure))).toEqual([])
  const rounds = all.flatMap(({ points }) => points.flatMap(({ costs }) => Object.entries(costs)))
  for (const [work, { ours, bare }] of rounds) {
    const share = typical(bare).requests / typical(ours).requests
    // Of a first pull the bare program downloads the pages, and nothing else.
    if (work.startsWith('first pull')) expect(share).toBeLessThan(0.3)
    else expect([work, share]).toEqual([work, 1])
  }
})

test('a curve is drawn with a panel for each unit of work, its lines in the colours of the reader', () => {
  const cost = { requests: 4, rows: 10, bytes: 8_000, ms: 9 }
  const both = { ours: [cost, cost], bare: [{ ...cost, ms: 1 }] }
  const points = [10, 100, 1_000].map((size) => ({ size, costs: { pull: both, action: both } }))
  const svg = drawCurve({ name: 'accounts', axis: 'accounts', points })
  expect(svg).toMatch(/^<svg width="600" .*<\/svg>$/s)
  for (const text of ['pull', 'action', 'processor time', '1,000']) expect(svg).toContain(`>${text}</text>`)
  expect(svg).toContain('prefers-color-scheme:dark')
  // Two panels of five lines with three points each.
  expect(svg.match(/ecmeta_ssr_type="chart"/g)).toHaveLength(30)
})
