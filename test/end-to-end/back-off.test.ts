import { beforeEach, expect, test } from 'vitest'
import { hours, minutes, seconds } from '../../shared/core/time.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const waits = () =>
  at.fixture.logged
    .filter((line) => line.includes('mailbox-left-alone'))
    .map((line) => (JSON.parse(line) as { waitMs: number }).waitMs)

const refuse = (status: number, headers: Record<string, string> = {}) => {
  const body = { error: { code: 'ServiceUnavailable', message: '' } }
  at.fixture.intercept = () => Response.json(body, { status, headers })
}

/** A change is told, and the visits that follow in so many minutes take place. */
async function pass(time: number): Promise<void> {
  for (let minute = 0; minute < time; minute++) {
    await at.fixture.clock.advance(minutes(1))
    await at.fixture.settle()
  }
}

const change = () => at.mailbox.create({ subject: 'New', ...span() })
const span = () => {
  const start = { dateTime: at.at(2, '09:00').slice(0, -1), timeZone: 'UTC' }
  return { start, end: { ...start, dateTime: at.at(2, '10:00').slice(0, -1) } }
}

test('G4: a mailbox that goes on failing is asked more and more seldom, and at once when it is well again', async () => {
  refuse(503)
  change()
  await pass(180)
  const first = waits()
  expect(first.length).toBeGreaterThan(4)
  expect(first.length).toBeLessThan(14)
  for (const [at, wait] of first.entries()) {
    const longest = Math.min(seconds(30) * 2 ** at, hours(1))
    expect(wait).toBeLessThanOrEqual(longest)
    expect(wait).toBeGreaterThanOrEqual(Math.min(longest, seconds(15) * 2 ** at))
  }
  at.fixture.intercept = () => undefined
  await pass(61)
  expect(at.fixture.logged.filter((line) => /calendar-pulled.*"changes":1/.test(line))).toHaveLength(1)
  refuse(503)
  change()
  await pass(1)
  expect(waits().at(first.length)).toBeLessThanOrEqual(seconds(30))
})

test('G4: a wait that Microsoft names is kept to the letter', async () => {
  refuse(429, { 'Retry-After': '90' })
  change()
  await pass(1)
  expect(waits()).toEqual([90_000])
})

test.each([409, 410])('G4: a list of calendars that answers %d is asked for more and more seldom', async (status) => {
  const refused = () => Response.json({ error: { code: 'UnknownError', message: '' } }, { status })
  at.fixture.intercept = ({ url }) => (url.endsWith('/me/calendars') ? refused() : undefined)
  await at.fixture.clock.advance(hours(1))
  change()
  await pass(180)
  expect(waits().length).toBeGreaterThan(3)
  expect(waits().length).toBeLessThan(14)
})
