import { expect, inject, test } from 'vitest'
import type { Bench, Report } from '../bench/bench.ts'
import { firstPull } from '../bench/first-pull/bench.ts'
import { latency } from '../bench/latency/bench.ts'
import { memory } from '../bench/memory/bench.ts'
import { webhook } from '../bench/webhook/bench.ts'
import { NO_PROGRESS } from '../support/progress.ts'

/** Small versions of what `npm run bench` measures over real processes. What they took is not looked at. */
const quick = ({ run }: Bench): Promise<Report> =>
  run({ quick: true, rounds: 1, most: undefined, progress: NO_PROGRESS, app: async () => inject('app') })

const figureOf = ({ figures }: Report, what: string): number | undefined =>
  figures.find((figure) => figure.what === what)?.value

const LIMIT_MS = 300_000

test('the bench of first pulls reads the same pages as the program that drops them', {
  timeout: LIMIT_MS,
}, async () => {
  const { data, figures } = await quick(firstPull)
  const { events, rounds } = data as { events: number; rounds: { ours: { pages: number }; bare: { pages: number } }[] }
  expect(rounds).toHaveLength(1)
  for (const { ours, bare } of rounds) {
    expect(bare.pages).toBeGreaterThanOrEqual(events / 200)
    // A series is never split, so that pages of both are the same; one more tells what has changed meanwhile.
    expect(ours.pages).toBeGreaterThanOrEqual(bare.pages)
    expect(ours.pages).toBeLessThanOrEqual(bare.pages + 1)
  }
  expect(figures.map(({ most }) => most)).toEqual([1.3])
})

test('W4: the bench of the webhook has every notification taken, by us and by the bare handler', {
  timeout: LIMIT_MS,
}, async () => {
  const report = await quick(webhook)
  expect(figureOf(report, 'answers that were not 202')).toBe(0)
  expect(figureOf(report, 'time of a request')).toBeGreaterThan(0)
})

test('the bench of a change sees it in an answer of ours and of the bare program', { timeout: LIMIT_MS }, async () => {
  const { data } = await quick(latency)
  const { rounds } = data as { rounds: { ours: { ms: number; told: number }; bare: { ms: number; told: number } }[] }
  expect(rounds).toHaveLength(1)
  for (const { ours, bare } of rounds)
    for (const { ms, told } of [ours, bare]) {
      expect(told).toBeGreaterThan(0)
      expect(ms).toBeGreaterThan(told)
    }
})

test('the bench of memory reads every event of the mailbox once', { timeout: LIMIT_MS }, async () => {
  const report = await quick(memory)
  expect(figureOf(report, 'events that are missing or too many')).toBe(0)
  expect(figureOf(report, 'peak over idle')).toBeGreaterThan(0)
})
