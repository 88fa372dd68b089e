import { expect, test } from 'vitest'
import type { Order } from '../../bench/bench.ts'
import { counts } from '../../bench/counts/bench.ts'
import { accounts } from '../../bench/growth/bench.ts'
import { drawCurve } from '../../bench/growth/chart.ts'
import type { Curve } from '../../bench/growth/curves.ts'
import { curves } from '../../bench/growth/curves-bench.ts'
import { NO_PROGRESS } from '../../support/progress.ts'

const QUICK: Order = {
  quick: true,
  rounds: undefined,
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
  timeout: 120_000,
}, async () => {
  const all = (await curves.run(QUICK)).data as readonly Curve[]
  expect(all.map(({ name }) => name)).toEqual(['accounts', 'events', 'integrators', 'channels'])
  for (const { name, points } of all) {
    const [first, last] = [points[0], points.at(-1)]
    expect(points.length).toBeGreaterThan(1)
    for (const [work, { requests }] of Object.entries(first?.costs ?? {}))
      expect([name, work, last?.costs[work]?.requests ?? 0]).toEqual([name, work, expect.toSatisfy(atMost(requests))])
  }
})

const atMost = (most: number) => (value: number) => value > 0 && value <= most

test('a curve is drawn with a panel for each unit of work, its lines in the colours of the reader', () => {
  const cost = { requests: 4, rows: 10, bytes: 8_000, ms: 9 }
  const points = [10, 100, 1_000].map((size) => ({ size, costs: { pull: cost, action: { ...cost, rows: size } } }))
  const svg = drawCurve({ name: 'accounts', axis: 'accounts', points })
  expect(svg).toMatch(/^<svg width="600" .*<\/svg>$/s)
  for (const text of ['pull', 'action', 'processor time', '1,000']) expect(svg).toContain(`>${text}</text>`)
  expect(svg).toContain('prefers-color-scheme:dark')
  // Two panels of four lines with three points each.
  expect(svg.match(/ecmeta_ssr_type="chart"/g)).toHaveLength(24)
})
