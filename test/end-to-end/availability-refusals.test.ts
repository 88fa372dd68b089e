import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { type Asking, period, postJson, startAsking, subOf } from '../support/asking.ts'
import { authorize, PLANNER } from '../support/authorization.ts'
import { tableRequests } from '../support/counted-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let anna: Reading
let sub: string
let at: Asking

beforeEach(async () => {
  at = await startAsking()
  ;({ fixture, anna, sub } = at)
})

const between = (from: string, to: string, more: object = {}) => at.between(from, to, more)
const ask = (body: object, authorization?: string) => at.ask(body, authorization)

test('an integrator asks with its own secret for those who granted it, and with no other secret', async () => {
  await at.meet(oneHour('Taken', '2026-11-20', 9))
  const key = `Bearer ${SAMPLE.secret}`
  expect((await ask(between('09:00', '11:00'), key)).body).toEqual({
    available_periods: [{ ...period('10:00', '11:00'), participants: [{ sub }] }],
  })
  expect((await ask(between('09:00', '11:00'), `Bearer ${PLANNER.secret}`)).status).toBe(422)
  for (const wrong of [`Bearer ${SAMPLE.secret}x`, 'Bearer undefined', 'Bearer', ''])
    expect((await ask(between('09:00', '11:00'), wrong)).status).toBe(401)
})

test('a secret that is no longer one of the integrator opens nothing', async () => {
  const { integrators } = fixture.service.oauth
  const fresh = SAMPLE.secret.replace('0001', '0003')
  const registered = await integrators.find(SAMPLE.clientId)
  if (registered === undefined) throw new Error('sample is registered')
  await integrators.register({ ...registered, secrets: [fresh] })
  expect((await ask(between('09:00', '11:00'), `Bearer ${fresh}`)).status).toBe(200)
  expect((await ask(between('09:00', '11:00'), `Bearer ${SAMPLE.secret}`)).status).toBe(401)
})

test('O9: an account of another integrator looks like one that does not exist, and so does one without the scope', async () => {
  const planner = await fixture.connect(anna.person, PLANNER)
  const foreign = await startReading(fixture)
  const strangers = await subOf(await foreign.reader())
  const asking = (who: string) => between('09:00', '11:00', { participants: [{ members: [{ sub: who }] }] })
  const answers = await Promise.all(
    [strangers, strangers.replace(/.{4}$/, 'AAAA'), 'acc_1', ''].map((who) =>
      ask(asking(who), planner.authorization().authorization),
    ),
  )
  for (const answer of answers) {
    expect(answer.status).toBe(422)
    expect(Object.keys(answer.body['errors'] as object)).toEqual(['participants[0].members[0].sub'])
  }
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  const narrow = await authorize(fixture.service, anna.person, SAMPLE, 'create_event')
  const { status, headers } = await ask(between('09:00', '11:00'), narrow.authorization().authorization)
  expect([status, headers['www-authenticate']]).toEqual([403, expect.stringContaining('insufficient_scope')])
})

test('nobody is offered of whom nothing is known, and the answer says why', async () => {
  const world = await startService({ beside: fixture })
  const person = world.world.addPerson({ tid: anna.person.tid, displayName: 'New Person' })
  const fresh = await world.connect(person)
  const answer = await postJson(world.service, '/v1/availability', fresh.authorization().authorization, {
    ...between('09:00', '11:00'),
    participants: [{ members: [{ sub: await subOf(fresh) }] }],
  })
  expect(answer.body).toEqual({
    available_periods: [],
    unknown: [{ sub: await subOf(fresh), reason: 'first_pull' }],
  })
})

test('nobody is offered by working hours that are not known, and the answer says so', async () => {
  fixture.intercept = ({ url }) => (url.endsWith('/me/mailboxSettings') ? new Response('', { status: 403 }) : undefined)
  const fresh = await startReading(fixture)
  const other = await subOf(await fresh.reader())
  const members = (managed_availability: boolean) => ({
    participants: [{ members: [{ sub: other, managed_availability }] }],
  })
  expect((await ask(between('02:00', '04:00', members(true)), `Bearer ${SAMPLE.secret}`)).body).toEqual({
    available_periods: [],
    unknown: [{ sub: other, reason: 'no_working_hours' }],
  })
  const { body } = await ask(between('02:00', '04:00', members(false)), `Bearer ${SAMPLE.secret}`)
  expect(body).toEqual({ available_periods: [{ ...period('02:00', '04:00'), participants: [{ sub: other }] }] })
})

test('every bad field is named, and nothing is read for it', async () => {
  const reads = tableRequests(fixture.counters)
  const answer = await ask({
    participants: [{ members: [{ sub, availability_rule_ids: ['work'] }] }],
    required_duration: { minutes: 0 },
    query_periods: [{ start: '2026-11-20 09:00:00Z' }],
    buffer: { before: { maximum: { minutes: 5 } } },
    start_interval: { minutes: 1 },
    response_format: 'blocks',
    max_results: 0,
  })
  expect(answer.status).toBe(422)
  expect(Object.keys(answer.body['errors'] as object).sort()).toEqual([
    'buffer.before.maximum',
    'max_results',
    'participants[0].members[0].availability_rule_ids',
    'query_periods[0].end',
    'required_duration',
    'response_format',
    'start_interval',
  ])
  expect(tableRequests(fixture.counters) - reads).toBeLessThanOrEqual(1)
})

const PROBLEMS: [name: string, change: object, field: string, key: string][] = [
  ['nothing', { participants: null, required_duration: null }, 'participants', 'errors.required'],
  ['no period', { query_periods: undefined }, 'query_periods', 'errors.required'],
  [
    'an end before its start',
    { query_periods: [period('10:00', '09:00')] },
    'query_periods[0].end',
    'errors.invalid_time_pair',
  ],
  [
    'a huge range',
    { query_periods: [{ start: '2026-11-20T00:00:00Z', end: '2027-01-20T00:00:00Z' }] },
    'query_periods',
    'errors.out_of_range',
  ],
  [
    'a time nobody knows of',
    { query_periods: [{ start: '2030-11-20T00:00:00Z', end: '2030-11-20T01:00:00Z' }] },
    'query_periods',
    'errors.out_of_range',
  ],
  [
    'a date',
    { query_periods: [{ start: '2026-11-20', end: '2026-11-21' }], tzid: 'Europe/Copenhagen' },
    'query_periods[0].start',
    'errors.invalid_format',
  ],
  ['an unknown zone', { tzid: 'Europe/Atlantis' }, 'tzid', 'errors.tzid_unrecognized'],
  ['too long a meeting', { required_duration: { hours: 25 } }, 'required_duration', 'errors.out_of_range'],
  [
    'more people than are named',
    { participants: [{ members: [{ sub: 'acc_1' }], required: 2 }] },
    'participants[0].required',
    'errors.out_of_range',
  ],
  [
    'a number of people that is none',
    { participants: [{ members: [{ sub: 'acc_1' }], required: 'some' }] },
    'participants[0].required',
    'errors.invalid_format',
  ],
  [
    'a person who is named twice',
    { participants: [{ members: [{ sub: 'acc_1' }, { sub: 'acc_1' }] }] },
    'participants[0].members',
    'errors.not_recognized',
  ],
  ['a list that is none', { participants: 'all' }, 'participants', 'errors.invalid_format'],
]

test.each(PROBLEMS)('%s is refused', async (_, change, field, key) => {
  const { status, body } = await ask({ ...between('09:00', '11:00'), ...change })
  expect(status).toBe(422)
  expect((body['errors'] as Record<string, { key: string }[]>)[field]?.[0]?.key).toBe(key)
})

test('a calendar of somebody else is refused, and more than ten accounts are', async () => {
  const foreign = { sub, calendar_ids: [`cal_${'A'.repeat(22)}`] }
  const { body } = await ask(between('09:00', '11:00', { participants: [{ members: [foreign] }] }))
  expect(body['errors']).toMatchObject({
    'participants[0].members[0].calendar_ids': [{ key: 'errors.invalid_calendar_ids' }],
  })
  const many = Array.from({ length: 2 }, (_, group) => ({
    members: Array.from({ length: 6 }, (_, number) => ({ sub: `acc_${group}${number}` })),
  }))
  const { body: tooMany } = await ask(between('09:00', '11:00', { participants: many }))
  expect(tooMany['errors']).toMatchObject({ participants: [{ key: 'errors.too_many' }] })
})

test('times may be given without an offset in a zone, and under the older name', async () => {
  const available_periods = [{ start: `2026-11-20T09:00`, end: `2026-11-20T11:00:00` }]
  const old = { query_periods: undefined, available_periods, tzid: 'Europe/Copenhagen' }
  expect(await at.offered(between('09:00', '11:00', old))).toEqual(['08:00-10:00'])
})
