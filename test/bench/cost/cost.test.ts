import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { NO_PROGRESS } from '../../support/progress.ts'
import { sumOf } from './counts.ts'
import { estimate } from './estimate.ts'
import { countMonth, type Month } from './month.ts'
import { TIMERS } from './timers.ts'
import { DAYS, USE } from './use.ts'

test('the bench runs every timer of the app at its own times', () => {
  const files = readdirSync('functions').map((file) => [
    file.replace('.ts', ''),
    readFileSync(`functions/${file}`, 'utf8'),
  ])
  const timers = files.flatMap(([name, text]) => {
    const [, schedule] = /schedule: '([^']*)'/.exec(text ?? '') ?? []
    return schedule === undefined ? [] : [{ name, schedule }]
  })
  expect(TIMERS.map(({ name, schedule }) => ({ name, schedule }))).toEqual(timers)
})

describe('a month of one account', () => {
  let month: Month

  beforeAll(async () => {
    month = await countMonth(1, NO_PROGRESS)
  }, 180_000)

  test('Graph is asked for changes a few times an hour, and for little else', () => {
    const { changes = 0, writes = 0 } = month.account.graph
    const days = USE.workingDaysAMonth + USE.quietDaysAMonth
    const calendars = 1 + USE.otherCalendars
    // Hourly, and a polled calendar every five minutes.
    const polls = days * calendars * (24 * (1 - USE.polledShare) + 288 * USE.polledShare)
    expect(changes).toBeGreaterThan(polls)
    expect(changes).toBeLessThan(polls * 3)
    expect(writes).toBe(DAYS.working.changesAsked * USE.workingDaysAMonth)
  })

  test('an hour costs few table requests, and a quiet deployment a fixed number', () => {
    const hours = (USE.workingDaysAMonth + USE.quietDaysAMonth) * 24
    expect(sumOf(month.account.tables) / hours).toBeLessThan(60)
    expect(month.deployment.executions['timer']).toBeGreaterThan(hours * 120)
    expect(sumOf(month.deployment.graph)).toBe(0)
  })

  test('the vault is asked by instances, and hardly ever', () => {
    expect(month.vaultPerInstanceHour).toBeGreaterThan(0)
    expect(month.vaultPerInstanceHour).toBeLessThan(68)
  })

  test('an account gets cheaper with their number, until nothing is shared any more', () => {
    const [few, many, most] = [1_000, 100_000, 10_000_000].map((accounts) => estimate(month, accounts).perAccount)
    expect(few).toBeGreaterThan(many ?? 0)
    expect(many).toBeGreaterThan((most ?? 0) * 0.9)
  })

  test('the whole is the sum of its parts, and no part costs less than nothing', () => {
    const { usd, total } = estimate(month, 1_000)
    expect(sumOf(usd)).toBeCloseTo(total)
    for (const dollars of Object.values(usd)) expect(dollars).toBeGreaterThanOrEqual(0)
  })
})
