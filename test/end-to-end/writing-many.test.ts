import { beforeEach, describe, expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const event = (number: number, more: object = {}) => ({
  event_id: `fa-${number}`,
  summary: `Event ${number}`,
  start: at.at(1 + (number % 30), '09:00'),
  end: at.at(1 + (number % 30), '10:00'),
  ...more,
})

const hundred = Array.from({ length: 100 }, (_, index) => index)
const subjects = () =>
  at
    .held()
    .map(({ fields }) => String(fields['subject']))
    .sort()
const wanted = () => hundred.map((number) => `Event ${number}`).sort()

/** Requests as they go over the wire: a batch is one. */
function countRequests(): { sent: string[] } {
  const counted = { sent: [] as string[] }
  at.fixture.intercept = ({ method, url }) => {
    counted.sent.push(`${method} ${new URL(url).pathname}`)
    return undefined
  }
  return counted
}

describe('a hundred creations accepted at once', () => {
  test('are at most 26 requests to Graph, and none is refused for being too many', async () => {
    await Promise.all(hundred.map((number) => at.upsert(event(number))))
    const counted = countRequests()
    await at.fixture.settle()
    expect(subjects()).toEqual(wanted())
    expect(counted.sent.length).toBeLessThanOrEqual(26)
    expect(at.fixture.graph.requests.list().filter(({ status }) => status === 429)).toEqual([])
    const outcomes = (await at.read()).map(({ pending }) => pending)
    expect(outcomes).toEqual(Array(100).fill(undefined))
  })

  test('are told as nothing new when they echo', async () => {
    await Promise.all(hundred.map((number) => at.upsert(event(number))))
    await at.sync()
    expect(await at.read('include_managed=true&last_modified=2020-01-01T00:00:00Z')).toEqual([])
  })

  test('G6: are one copy of each, although every fifth answer is lost after Microsoft has done it', async () => {
    await Promise.all(hundred.map((number) => at.upsert(event(number))))
    let asked = 0
    const { graph, clock } = at.fixture
    at.fixture.intercept = async (request) => {
      const answer = await graph.fetch(request)
      asked += 1
      if (asked % 5 === 0) throw new TypeError('the connection was closed')
      return answer
    }
    for (let visit = 0; visit < 200 && (await at.read()).some(({ pending }) => pending); visit++) {
      await at.fixture.settle()
      await clock.advance(minutes(1))
    }
    expect(subjects()).toEqual(wanted())
    expect(await at.read('only_managed=true')).toHaveLength(100)
  })
})
