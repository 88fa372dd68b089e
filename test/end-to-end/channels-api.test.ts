import { beforeEach, expect, test } from 'vitest'
import { PLANNER } from '../support/authorization.ts'
import { CALLBACK, listed, openChannel, startChannels } from '../support/channels.ts'
import type { Writing } from '../support/writing.ts'

let writing: Writing
beforeEach(async () => {
  writing = await startChannels()
})

const create = (body: object) => writing.send('POST', '/v1/channels', body)

test('the same request gives the same channel, also twice at once, and another filter another one', async () => {
  const calendar = (await writing.path()).split('/')[3]
  const { channel_id } = await openChannel(writing)
  const same = [{}, { filters: {} }, { filters: null }, { filters: { only_managed: false, calendar_ids: [] } }]
  for (const more of same) expect((await openChannel(writing, more)).channel_id).toBe(channel_id)
  const filtered = { filters: { calendar_ids: [calendar, calendar] } }
  const pair = await Promise.all([openChannel(writing, filtered), openChannel(writing, filtered)])
  expect(pair[0]?.channel_id).toBe(pair[1]?.channel_id)
  expect(pair[0]).toMatchObject({ filters: { calendar_ids: [calendar] } })
  expect(await listed(writing)).toHaveLength(2)
})

test('an integrator has at most 128 channels of an account, and what it closes makes room', async () => {
  const made = Array.from({ length: 140 }, (_, at) => create({ callback_url: `https://fa.example/${at}` }))
  const refused = (await Promise.all(made)).filter(({ status }) => status !== 200)
  expect(refused.every(({ status }) => status === 422)).toBe(true)
  expect((await listed(writing)).length).toBeLessThanOrEqual(128)
  for (let at = (await listed(writing)).length; at < 128; at++)
    await create({ callback_url: `https://fa.example/x${at}` })
  expect(await listed(writing)).toHaveLength(128)
  expect(await create({ callback_url: CALLBACK })).toMatchObject({
    status: 422,
    body: { errors: { base: [{ key: 'errors.too_many' }] } },
  })
  const other = await writing.as(PLANNER)
  expect((await openChannel(other)).filters).toEqual({})
  const [first] = await listed(writing)
  expect((await writing.send('DELETE', `/v1/channels/${first?.channel_id}`, {})).status).toBe(202)
  expect((await create({ callback_url: CALLBACK })).status).toBe(200)
})

test('a channel of another integrator, and one that is not there, are not found', async () => {
  const { channel_id } = await openChannel(writing)
  const other = await writing.as(PLANNER)
  for (const id of [channel_id, `chn_${'x'.repeat(22)}`, 'chn_', '%2e%2e', channel_id.slice(4)])
    expect((await other.send('DELETE', `/v1/channels/${id}`, {})).status).toBe(404)
  expect(await listed(other)).toEqual([])
  expect(await listed(writing)).toHaveLength(1)
})

test.each([
  [{}, 'callback_url', 'errors.required'],
  [{ callback_url: 7 }, 'callback_url', 'errors.invalid_format'],
  [{ callback_url: '' }, 'callback_url', 'errors.required'],
  [{ callback_url: `https://fa.example/${'x'.repeat(3000)}` }, 'callback_url', 'errors.too_long'],
  [{ callback_url: 'https://10.0.0.1/' }, 'callback_url', 'errors.invalid_url'],
  [{ callback_url: 'http://fa.example/' }, 'callback_url', 'errors.invalid_url'],
  [{ callback_url: CALLBACK, filters: [] }, 'filters', 'errors.invalid_format'],
  [{ callback_url: CALLBACK, filters: { only_managed: 'yes' } }, 'filters.only_managed', 'errors.must_be_boolean'],
  [{ callback_url: CALLBACK, filters: { calendar_ids: 'x' } }, 'filters.calendar_ids', 'errors.invalid_format'],
  [{ callback_url: CALLBACK, filters: { calendar_ids: [1] } }, 'filters.calendar_ids[0]', 'errors.invalid_format'],
  [{ callback_url: CALLBACK, filters: { calendar_ids: ['x'] } }, 'filters.calendar_ids', 'errors.invalid_calendar_ids'],
  [{ callback_url: CALLBACK, notification_types: ['gossip'] }, 'notification_types[0]', 'errors.not_recognized'],
])('%j is refused for %s with %s', async (body, field, key) => {
  const { status, body: answer } = await create(body)
  expect(status).toBe(422)
  expect((answer['errors'] as Record<string, { key: string }[]>)[field]?.[0]?.key).toBe(key)
  expect(await listed(writing)).toEqual([])
})

test('what a channel is and was told is sealed, and its queue messages hold ids only', async () => {
  await create({ callback_url: CALLBACK })
  const [row] = writing.fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('state.channel.'))
  expect(Object.keys(row?.properties ?? {}).sort()).toEqual(['b0', 'v'])
  expect(Buffer.from(row?.properties['b0'] as Uint8Array).toString('latin1')).not.toContain('fa.example')
  expect(writing.fixture.channelQueue).toEqual([
    {
      account: expect.stringMatching(/^acc_/),
      channel: row?.rowKey.slice('state.channel.'.length),
      reason: 'created',
    },
  ])
  expect(writing.fixture.logged.join()).not.toContain('fa.example')
})
