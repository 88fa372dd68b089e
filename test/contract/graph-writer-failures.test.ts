import { expect, test } from 'vitest'
import { writeEvent } from '../../shared/microsoft/graph/write-event.ts'
import type { Call } from '../../shared/push/writer.ts'
import {
  ALONE_AND_TOGETHER,
  answered,
  creation,
  eventOf,
  existing,
  instant,
  search,
  TIMES,
  type WriterFixture,
  writerFixture,
} from '../support/event-writer.ts'
import { dailySeries, oneHour } from '../support/graph-stand-in.ts'
import { KEY } from '../support/push.ts'

const made = (fixture: WriterFixture, generation = 1) =>
  creation(fixture, { summary: 'New', times: TIMES }, `${KEY}.${generation}`)

/** A well-formed id of no event. */
const GONE = 'AAkAL0000000000000000000000000000000000'

test.each(ALONE_AND_TOGETHER)('%s: what a marker was used for is found, also when nobody heard of it', async (way) => {
  const fixture = writerFixture()
  fixture.loseNextAnswer()
  await expect(fixture.one(made(fixture))).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
  const found = eventOf(await answered(fixture, way, search(fixture)))
  expect(found).toMatchObject({ summary: 'New', marker: `${KEY}.1` })
  expect(await answered(fixture, way, made(fixture))).toEqual({ kind: 'exists', providerId: found.providerId })
})

test('the newest creation of an event is found, and none before those that are asked for', async () => {
  const fixture = writerFixture()
  for (const generation of [9, 10, 2]) await fixture.one(made(fixture, generation))
  await fixture.one(creation(fixture, { summary: 'Other', times: TIMES }, `${KEY.slice(0, -1)}x.11`))
  for (const since of [1, 10]) expect(eventOf(await fixture.one(search(fixture, since))).marker).toBe(`${KEY}.10`)
  expect(await fixture.one(search(fixture, 11))).toEqual({ kind: 'gone' })
})

test('a calendar tells whether any event in it has a marker of ours', async () => {
  const fixture = writerFixture()
  await existing(fixture)
  expect(await fixture.holdsMarked()).toBe(false)
  await fixture.one(made(fixture))
  expect(await fixture.holdsMarked()).toBe(true)
  expect(decodeURIComponent(fixture.sent.at(-1)?.url ?? '')).toMatch(
    /Name Marker' and contains\(ep\/value, '\.'\)\)&\$select=id&\$top=1$/,
  )
})

test('a copy of an event that carries its marker is not taken for it', async () => {
  const fixture = writerFixture()
  const marked = writeEvent({}, { marker: `${KEY}.1` })
  const body = { ...oneHour('Copy', '2026-11-10'), ...marked, transactionId: null }
  for (let copy = 0; copy < 11; copy += 1) fixture.mailbox.create(body)
  await fixture.one(made(fixture))
  expect(eventOf(await fixture.one(search(fixture))).summary).toBe('New')
})

test.each(ALONE_AND_TOGETHER)('%s: an event that is not there is gone', async (way) => {
  const fixture = writerFixture()
  const gone = { providerId: GONE, etag: 'W/"1"' }
  const calls: Call[] = [
    { kind: 'read', providerId: GONE },
    { kind: 'update', ...gone, patch: { summary: 'New' } },
    { kind: 'delete', ...gone },
    { kind: 'respond', providerId: GONE, response: 'accepted', isTold: true },
    { kind: 'meeting', providerId: GONE },
    { ...creation(fixture), calendarProviderId: 'no-calendar' },
    search(fixture),
  ]
  for (const call of calls) expect(await answered(fixture, way, call)).toEqual({ kind: 'gone' })
})

test.each(ALONE_AND_TOGETHER)('%s: a version that is no longer the newest is a conflict', async (way) => {
  const fixture = writerFixture()
  const { providerId, etag } = await existing(fixture)
  fixture.mailbox.patch(providerId, { subject: 'Changed meanwhile' })
  const patch = { summary: 'New' }
  expect(await answered(fixture, way, { kind: 'update', providerId, etag, patch })).toEqual({ kind: 'conflict' })
  expect(await answered(fixture, way, { kind: 'delete', providerId, etag })).toEqual({ kind: 'conflict' })
})

test.each([400, 409] as const)(
  'a marker that was used before is told with %i, and its event with it',
  async (status) => {
    const fixture = writerFixture()
    fixture.faults.duplicateStatus = status
    const { providerId } = eventOf(await fixture.one(creation(fixture)))
    for (const way of ALONE_AND_TOGETHER)
      expect(await answered(fixture, way, creation(fixture))).toEqual({ kind: 'exists', providerId })
  },
)

test.each(ALONE_AND_TOGETHER)('%s: an occurrence that crosses its neighbour is refused in these words', async (way) => {
  const fixture = writerFixture()
  const { providerId } = await existing(fixture, dailySeries('Every day', '2026-11-10', 5))
  const window = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z'
  const { value } = await fixture.get<{ value: { id: string; '@odata.etag': string }[] }>(
    `/me/events/${providerId}/instances?${window}`,
    { prefer: 'IdType="ImmutableId"' },
  )
  const moved = { start: instant('2026-11-12T08:00:00Z'), end: instant('2026-11-12T09:00:00Z') }
  const second = { providerId: value[1]?.id ?? '', etag: value[1]?.['@odata.etag'] ?? '' }
  expect(await answered(fixture, way, { kind: 'update', ...second, patch: { times: moved } })).toEqual({
    kind: 'refused',
    code: 'ErrorOccurrenceCrossingBoundary',
  })
})

test.each(ALONE_AND_TOGETHER)('%s: a calendar that may only be read refuses a change', async (way) => {
  const fixture = writerFixture()
  fixture.faults.answers = [{ status: 403, times: 1, method: 'POST', path: '/calendars/' }]
  const refused = { kind: 'refused', code: 'ErrorAccessDenied' }
  expect(await answered(fixture, way, creation(fixture))).toEqual(refused)
})

test.each(ALONE_AND_TOGETHER)(
  '%s: throttling is for the mailbox, and done things stay done after a failure',
  async (way) => {
    const fixture = writerFixture()
    const method = 'POST'
    fixture.faults.answers = [{ status: 429, times: 1, method, path: '/calendars/', retryAfter: '2.5' }]
    expect(await answered(fixture, way, creation(fixture))).toEqual({
      kind: 'later',
      throttled: true,
      retryAfterMs: 2500,
    })
    fixture.faults.answers = [{ status: 504, times: 1, method, path: '/calendars/', afterCommit: true }]
    expect(await answered(fixture, way, creation(fixture))).toMatchObject({ kind: 'later', throttled: false })
    expect(await answered(fixture, way, creation(fixture))).toMatchObject({ kind: 'exists' })
  },
)

test('a token that is too old is told as that, alone and for a batch', async () => {
  const fixture = writerFixture('expired')
  const expired = { code: 'MICROSOFT_TOKEN_EXPIRED' }
  await expect(fixture.one(creation(fixture))).rejects.toMatchObject(expired)
  await expect(fixture.run(creation(fixture), creation(fixture))).rejects.toMatchObject(expired)
})
