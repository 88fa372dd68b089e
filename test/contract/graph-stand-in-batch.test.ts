import { expect, test } from 'vitest'
import { graphFixture, oneHour } from '../support/graph-stand-in.ts'

interface Page {
  value: { subject: string }[]
}
interface BatchAnswer {
  responses: { id: string; status: number; headers: Record<string, string>; body?: Record<string, unknown> }[]
}

const IMMUTABLE = { prefer: 'IdType="ImmutableId"' }

function fixture() {
  const all = graphFixture()
  const batch = async (requests: object[]) =>
    (await (await all.call('POST', '/$batch', { requests })).json()) as BatchAnswer
  return { ...all, batch }
}

const creation = (number: number) => ({
  id: String(number),
  method: 'POST',
  url: '/me/events',
  headers: { 'Content-Type': 'application/json' },
  body: { ...oneHour(`made ${number}`, '2026-11-10'), transactionId: `t${number}` },
})

const statuses = ({ responses }: BatchAnswer) => responses.map(({ status }) => status)
const subjects = ({ value }: Page) => value.map(({ subject }) => subject)

test.each([
  ['ids that change', {}, 'AAMkAD'],
  ['ids that stay', IMMUTABLE, 'AAkALg'],
])('a reused transaction id names its event inside a batch, with %s', async (_, headers, prefix) => {
  const { batch, call } = fixture()
  const step = { ...creation(1), headers: { 'Content-Type': 'application/json', ...headers } }
  await batch([step])
  const { responses } = await batch([step])
  const error = responses[0]?.body?.['error'] as Record<string, string>
  expect([responses[0]?.status, error['code']]).toEqual([400, 'ErrorDuplicateTransactionId'])
  const existing = error['@event.existingEventId'] ?? ''
  expect(existing.startsWith(prefix)).toBe(true)
  expect((await call('GET', `/me/events/${existing}`, undefined, headers)).status).toBe(200)
})

test('of a batch without dependencies the mailbox takes four requests and refuses the others', async () => {
  const { batch, get } = fixture()
  const answer = await batch([1, 2, 3, 4, 5, 6].map(creation))
  expect(statuses(answer)).toEqual([201, 201, 201, 201, 429, 429])
  expect(answer.responses[4]).toMatchObject({
    headers: { 'retry-after': '1' },
    body: { error: { code: 'ApplicationThrottled' } },
  })
  expect(subjects(await get<Page>('/me/events'))).toHaveLength(4)
})

test('requests that wait for each other never are too many at once', async () => {
  const { batch } = fixture()
  const steps = [1, 2, 3, 4, 5, 6].map(creation)
  const answer = await batch(steps.map((step, at) => (at === 0 ? step : { ...step, dependsOn: [String(at)] })))
  expect(statuses(answer)).toEqual([201, 201, 201, 201, 201, 201])
})

test('a batch counts as one request, and its parts are told as such', async () => {
  const { batch, graph } = fixture()
  await batch([1, 2].map(creation))
  expect(graph.requests.list().map(({ path, inBatch }) => [path, inBatch])).toEqual([
    ['/v1.0/me/events', true],
    ['/v1.0/me/events', true],
    ['/v1.0/$batch', false],
  ])
})

test('single requests of a batch fail as ordered, and those behind them with 424', async () => {
  const { batch, faults } = fixture()
  faults.answers = [{ status: 429, times: 1, path: '/events', retryAfter: '7' }]
  const answer = await batch([creation(1), { ...creation(2), dependsOn: ['1'] }, creation(3)])
  expect(statuses(answer)).toEqual([429, 424, 201])
  expect(answer.responses[0]?.headers['retry-after']).toBe('7')
})

test('every second answer is lost although the event was made', async () => {
  const { call, get, faults } = fixture()
  const lost = { status: 503, times: 10, every: 2, afterCommit: true, withoutBody: true }
  faults.answers = [{ ...lost, method: 'POST', path: '/events' }]
  const answers = []
  for (const number of [1, 2, 3, 4]) answers.push(await call('POST', '/me/events', creation(number).body))
  expect(answers.map(({ status }) => status)).toEqual([201, 503, 201, 503])
  expect(await answers[1]?.text()).toBe('')
  expect(subjects(await get<Page>('/me/events'))).toEqual(['made 1', 'made 2', 'made 3', 'made 4'])
})

test('the answer of a whole batch is lost although its requests were done', async () => {
  const { call, get, faults } = fixture()
  faults.answers = [{ status: 503, times: 1, path: '$batch', afterCommit: true, withoutBody: true }]
  const answer = await call('POST', '/$batch', { requests: [1, 2].map(creation) })
  expect([answer.status, await answer.text()]).toEqual([503, ''])
  expect(subjects(await get<Page>('/me/events'))).toEqual(['made 1', 'made 2'])
})
