import { expect, test } from 'vitest'
import { graphAnswering } from '../support/graph-answering.ts'

test('a success that is not JSON is a surprise', async () => {
  const { send } = graphAnswering(() => new Response('<html>'))
  const sending = send({ method: 'GET', target: '/me' })
  await expect(sending).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
})

test('a connection that fails is Graph being away', async () => {
  const { send } = graphAnswering(() => Promise.reject(new TypeError('fetch failed')))
  await expect(send({ method: 'GET', target: '/me' })).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
})

test.each([200, 400, 404, 503])('an answer of %i that breaks off is Graph being away', async (status) => {
  const body = () => new ReadableStream({ pull: (reader) => reader.error(new TypeError('terminated')) })
  const { send } = graphAnswering(() => new Response(body(), { status }))
  await expect(send({ method: 'GET', target: '/me' })).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
})

const failing = (status: number, code: string, headers: Record<string, string> = {}) =>
  graphAnswering(() => Response.json({ error: { code, message: 'text' } }, { status, headers })).send({
    method: 'GET',
    target: '/me/events/1',
  })

test.each([
  [410, 'SyncStateNotFound', 'CURSOR_EXPIRED'],
  [410, '', 'CURSOR_EXPIRED'],
  [400, 'syncstatenotfound', 'CURSOR_EXPIRED'],
  [404, 'SYNCSTATEINVALID', 'CURSOR_EXPIRED'],
  [400, 'resyncRequired', 'CURSOR_EXPIRED'],
  [400, 'InvalidDeltaToken', 'CURSOR_EXPIRED'],
  [401, 'invalidauthenticationtoken', 'MICROSOFT_TOKEN_EXPIRED'],
  [404, 'erroritemnotfound', 'ITEM_GONE'],
  [409, 'conflict', 'SUBSCRIPTION_EXISTS'],
  [409, 'errorirresolvableconflict', 'MICROSOFT_REFUSED'],
  [412, 'ErrorIrresolvableConflict', 'MICROSOFT_REFUSED'],
  [400, 'ErrorDuplicateTransactionId', 'MICROSOFT_REFUSED'],
  [409, 'errorDuplicateTransactionId', 'MICROSOFT_REFUSED'],
  [403, 'ErrorAccessDenied', 'MICROSOFT_REFUSED'],
  [429, 'toomanyrequests', 'MICROSOFT_THROTTLED'],
  [503, 'applicationthrottled', 'MICROSOFT_THROTTLED'],
  [504, 'UnknownError', 'MICROSOFT_THROTTLED'],
  [500, 'generalException', 'MICROSOFT_UNREACHABLE'],
])('%i %s is %s', async (status, graphCode, code) => {
  await expect(failing(status, graphCode)).rejects.toMatchObject({ code, facts: { status, graphCode } })
})

test.each([
  ['10', 10_000],
  ['0', 0],
  ['1.25', 1250],
  ['Tue, 10 Nov 2026 08:00:30 GMT', 30_000],
  ['Tue, 10 Nov 2026 07:59:00 GMT', 0],
  ['soon', undefined],
  ['-1', undefined],
])('Retry-After %s asks for a wait of %s ms', async (retryAfter, retryAfterMs) => {
  const headers = { 'retry-after': retryAfter, date: 'Tue, 10 Nov 2026 08:00:00 GMT' }
  await expect(failing(429, 'TooManyRequests', headers)).rejects.toMatchObject({ retryAfterMs })
})

test('without Retry-After the wait is left to us', async () => {
  await expect(failing(429, 'TooManyRequests')).rejects.toMatchObject({ retryAfterMs: undefined })
})

test.each([
  ['an empty body', ''],
  ['a page of html', '<html><body>Bad Gateway</body></html>'],
  ['JSON of another shape', '{"error":"nope"}'],
])('a failure with %s is judged by its status', async (_, body) => {
  const { send } = graphAnswering(() => new Response(body, { status: 502 }))
  await expect(send({ method: 'GET', target: '/me' })).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
})

test('what Graph says about a failure stays out of the message', async () => {
  const error = await failing(400, 'ErrorInvalidRequest').catch((reason: unknown) => reason)
  expect(String(error)).not.toContain('text')
})
