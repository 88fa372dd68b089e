import { expect, test } from 'vitest'
import { systemRandom } from '../../shared/core/random.ts'
import { epochMs } from '../../shared/core/time.ts'
import { createGraphClient } from '../../shared/microsoft/graph/client.ts'
import { createEventWriter } from '../../shared/microsoft/graph/event-writer.ts'
import type { Answer, Call } from '../../shared/push/writer.ts'

/** A writer in front of a Graph that answers as told. */
function writerAnswered(answer: () => Response | Promise<Response>) {
  const fetch = async () => answer()
  const send = createGraphClient({ graphUrl: 'https://graph.example', fetch, random: systemRandom }, 'a-token')
  return createEventWriter({ send })
}

const READ: Call = { kind: 'read', providerId: 'event-1' }
const DELETE: Call = { kind: 'delete', providerId: 'event-2', etag: 'W/"1"' }

const EVENT = {
  '@odata.etag': 'W/"1"',
  id: 'event-1',
  type: 'singleInstance',
  isAllDay: false,
  start: { dateTime: '2026-11-10T08:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-11-10T09:00:00.0000000', timeZone: 'UTC' },
}
const ITEM = expect.objectContaining({ kind: 'item' })
const LATER = { kind: 'later', throttled: false }

interface Item {
  readonly id?: string
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

const batch = (...responses: unknown[]) => writerAnswered(() => Response.json({ responses }))

/** The same failure as an answer of its own, as an item of a batch, and told in capitals. */
async function inAllForms(status: number, error: object | undefined, headers: Record<string, string>) {
  const body = error === undefined ? {} : { error }
  const alone = await writerAnswered(() => Response.json(body, { status, headers })).run([READ])
  const inCapitals = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
  const done = { id: '2', status: 204 }
  const together = await batch(done, { id: '1', status, headers: inCapitals, body }).run([READ, DELETE])
  expect(together[1]).toEqual({ kind: 'done' })
  return [alone[0], together[0]]
}

const throttled = (retryAfterMs?: number): Answer => ({ kind: 'later', throttled: true, retryAfterMs })
const refused = (code: string): Answer => ({ kind: 'refused', code })

test('what one page of several lacks may be on another', async () => {
  const calls: readonly Call[] = [
    { kind: 'find', calendarProviderId: 'c', key: 'k', since: 1 },
    { kind: 'listed', calendarProviderId: 'c', providerId: 'p', at: epochMs(0) },
  ]
  for (const call of calls) {
    const page = { value: [], '@odata.nextLink': 'https://graph.example/next' }
    expect(await writerAnswered(() => Response.json(page)).run([call])).toEqual([LATER])
    expect(await writerAnswered(() => Response.json({ value: [] })).run([call])).toEqual([{ kind: 'gone' }])
  }
})

test.each<[number, string | undefined, Answer, Record<string, string>?]>([
  [404, 'ErrorItemNotFound', { kind: 'gone' }],
  [404, undefined, LATER as Answer],
  [404, 'MailboxNotEnabledForRESTAPI', LATER as Answer],
  [409, 'whatever', { kind: 'conflict' }],
  [409, undefined, { kind: 'conflict' }],
  [412, 'PreconditionFailed', { kind: 'conflict' }],
  [412, 'errorirresolvableconflict', { kind: 'conflict' }],
  [400, 'ErrorIrresolvableConflict', { kind: 'conflict' }],
  [400, 'RESOURCEMODIFIED', { kind: 'conflict' }],
  [400, 'ErrorDuplicateTransactionId', { kind: 'exists', providerId: undefined }],
  [409, 'errorduplicatetransactionid', { kind: 'exists', providerId: undefined }],
  [429, 'ApplicationThrottled', throttled(2128), { 'Retry-After': '2.128' }],
  [429, undefined, throttled()],
  [503, 'ServiceUnavailable', LATER as Answer],
  [503, undefined, throttled(10_000), { 'Retry-After': '10' }],
  [503, 'ServiceUnavailable', { kind: 'later', throttled: false, retryAfterMs: 0 }, { 'Retry-After': '0' }],
  [503, undefined, LATER as Answer],
  [500, 'ErrorInternalServerError', LATER as Answer],
  [502, undefined, LATER as Answer],
  [504, 'UnknownError', LATER as Answer],
  [504, 'UnknownError', { kind: 'later', throttled: false, retryAfterMs: 5000 }, { 'Retry-After': '5' }],
  [408, 'RequestTimeout', LATER as Answer],
  [424, 'FailedDependency', LATER as Answer],
  [400, 'ErrorOccurrenceCrossingBoundary', refused('ErrorOccurrenceCrossingBoundary')],
  [403, 'ErrorAccessDenied', refused('ErrorAccessDenied')],
  [403, '', refused('none')],
  [405, 'Request_BadRequest', refused('RequestBadRequest')],
  [410, 'ErrorGone', refused('ErrorGone')],
  [413, undefined, refused('none')],
  [400, `Error${'x'.repeat(100)}`, refused(`Error${'x'.repeat(59)}`)],
  [400, 'Error <b>7', refused('Errorb')],
])('%i %s is %o, alone and in a batch', async (status, code, expected, headers = {}) => {
  const error = code === undefined ? undefined : { code, message: 'text' }
  expect(await inAllForms(status, error, headers)).toEqual([expected, expected])
})

test.each([
  ['AAMk=', 'AAMk='],
  ['', undefined],
  [null, undefined],
  [7, undefined],
])('the event %j that a marker was used for is %j', async (existing, providerId) => {
  const error = { code: 'ErrorDuplicateTransactionId', message: 'text', '@event.existingEventId': existing }
  const exists = { kind: 'exists', providerId }
  expect(await inAllForms(400, error, {})).toEqual([exists, exists])
})

test('answers come in any order and belong to their ids', async () => {
  const answers = await batch({ id: '2', status: 204 }, { id: '1', status: 200, body: EVENT }).run([READ, DELETE])
  expect(answers).toEqual([ITEM, { kind: 'done' }])
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'no'],
  ['no status', { id: '2' }],
  ['another id', { id: '3', status: 204 }],
  ['a number as id', { id: 2, status: 204 }],
])('%s in the place of an answer leaves that call open and no other', async (_, answer) => {
  const responses = [...(answer === undefined ? [] : [answer]), { id: '1', status: 200, body: EVENT }]
  expect(await batch(...responses).run([READ, DELETE])).toEqual([ITEM, LATER])
})

test.each<[string, unknown]>([
  ['no event', {}],
  ['a text', 'PGh0bWw+'],
  ['an event in a zone nobody knows', { ...EVENT, start: { dateTime: '2026-11-10T08:00', timeZone: 'Mars' } }],
  ['an occurrence of which only the times are told', { ...EVENT, type: 'occurrence', isAllDay: undefined }],
])('a success that carries %s says as little as no answer', async (_, body) => {
  expect(await batch({ id: '1', status: 201, body }, { id: '2', status: 204 }).run([READ, DELETE])).toEqual([
    LATER,
    { kind: 'done' },
  ])
  expect(await writerAnswered(() => Response.json(body)).run([READ])).toEqual([LATER])
})

const item = (id: string, status: number): Item => ({
  id,
  status,
  body: { error: { code: 'InvalidAuthenticationToken' } },
})

test('a token that runs out within a batch leaves open what it was too old for', async () => {
  expect(await batch({ id: '1', status: 200, body: EVENT }, item('2', 401)).run([READ, DELETE])).toEqual([ITEM, LATER])
  const expired = { code: 'MICROSOFT_TOKEN_EXPIRED' }
  await expect(batch(item('1', 401), item('2', 401)).run([READ, DELETE])).rejects.toMatchObject(expired)
})

test.each([
  [429, 'ApplicationThrottled', { kind: 'later', throttled: true, retryAfterMs: 1000 }],
  [503, 'ServiceUnavailable', { kind: 'later', throttled: true, retryAfterMs: 1000 }],
  [404, 'ResourceNotFound', { kind: 'later', throttled: false, retryAfterMs: 1000 }],
  [504, 'UnknownError', { kind: 'later', throttled: false, retryAfterMs: 1000 }],
  [500, 'generalException', { kind: 'later', throttled: false, retryAfterMs: 1000 }],
])('%i %s for a whole batch is the answer to each of its calls', async (status, code, expected) => {
  const answer = () => Response.json({ error: { code } }, { status, headers: { 'Retry-After': '1' } })
  expect(await writerAnswered(answer).run([READ, DELETE])).toEqual([expected, expected])
})

test.each([
  [400, 'BadRequest', 'MICROSOFT_REFUSED'],
  [403, 'Forbidden', 'MICROSOFT_REFUSED'],
  [409, 'Conflict', 'MICROSOFT_REFUSED'],
  [410, 'Gone', 'MICROSOFT_REFUSED'],
  [401, 'InvalidAuthenticationToken', 'MICROSOFT_TOKEN_EXPIRED'],
])('%i %s for a whole batch is about no event', async (status, graphCode, code) => {
  const running = writerAnswered(() => Response.json({ error: { code: graphCode } }, { status })).run([READ, DELETE])
  await expect(running).rejects.toMatchObject({ code, facts: { status, graphCode } })
})

test.each([[[READ]], [[READ, DELETE]]])('a connection that fails leaves %j unknown', async (calls) => {
  const running = writerAnswered(() => Promise.reject(new TypeError('fetch failed'))).run(calls)
  await expect(running).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
})

test.each([{}, { responses: {} }, { responses: null }, [], 'text'])('%j is no answer to a batch', async (body) => {
  const running = writerAnswered(() => Response.json(body)).run([READ, DELETE])
  await expect(running).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
})

test('a call that cannot be made ready is a mistake of ours, and the others are asked', async () => {
  const at = { kind: 'instant', at: epochMs(0), zone: 'Mars/Base' } as const
  const series = { frequency: 'daily', interval: 1, startDate: '2026-11-10', zone: 'Mars/Base' } as const
  const content = { times: { start: at, end: at }, recurrence: series }
  const odd: Call = { kind: 'create', calendarProviderId: 'calendar', content, marker: 'key.1' }
  const mistake = { kind: 'mistake', error: expect.any(Error) }
  expect(await writerAnswered(() => Response.json(EVENT)).run([odd, READ])).toEqual([mistake, ITEM])
  expect(await batch({ id: '1', status: 204 }, { id: '2', status: 200, body: EVENT }).run([DELETE, odd, READ])).toEqual(
    [{ kind: 'done' }, mistake, ITEM],
  )
  expect(await writerAnswered(() => Response.error()).run([odd])).toEqual([mistake])
})
