import { expect, test } from 'vitest'
import type { GraphRequest } from '../../shared/microsoft/graph/client.ts'
import { GRAPH, graphAnswering, NEXT, page, WINDOW } from '../support/graph-answering.ts'

test('a link is sent back letter for letter, with the preferences of the first request', async () => {
  const { mailbox, sent } = graphAnswering(() => Response.json(page([], { '@odata.nextLink': NEXT })))
  const { nextLink } = await mailbox.changes('c1', WINDOW, undefined)
  await mailbox.changes('c1', WINDOW, nextLink)
  expect(sent[1]?.url).toBe(NEXT)
  expect(sent[1]?.headers.get('prefer')).toBe(sent[0]?.headers.get('prefer'))
  expect(sent[0]?.headers.get('prefer')).toContain('IdType="ImmutableId"')
})

test.each([
  'https://graph.example.evil.example/v1.0/me/events',
  'https://graph.example@evil.example/v1.0/me/events',
  'https://evil.example/?https://graph.example/v1.0',
  'http://graph.example/v1.0/me/events',
  'https://graph.example:8443/v1.0/me/events',
  'me/events?$skiptoken=1',
  '',
])('the link %s leads away from Graph and is not followed', async (link) => {
  const { mailbox, sent } = graphAnswering(() => Response.json(page([])))
  const changes = mailbox.changes('c1', WINDOW, link)
  await expect(changes).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
  expect(sent).toEqual([])
})

test('a list of calendars that continues elsewhere is refused before the token goes there', async () => {
  const first = { value: [], '@odata.nextLink': 'https://evil.example/v1.0/me/calendars?$skip=10' }
  const { mailbox, sent } = graphAnswering(() => Response.json(first))
  await expect(mailbox.calendars()).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
  expect(sent).toHaveLength(1)
})

test.each<GraphRequest>([
  { method: 'GET', target: '/me/events/1' },
  { method: 'POST', target: '/me/events', body: { subject: 'new' } },
  { method: 'PATCH', target: '/me/events/1', body: { subject: 'changed' } },
  { method: 'DELETE', target: '/me/events/1' },
])('$method is sent once, with the token and as JSON', async (request) => {
  const { send, sent } = graphAnswering(() => Response.json({ id: '1' }))
  expect(await send(request)).toEqual({ id: '1' })
  const [one] = sent
  expect([sent.length, one?.method, one?.url]).toEqual([1, request.method, `${GRAPH}/v1.0${request.target}`])
  expect(one?.headers.get('authorization')).toBe('Bearer a-token')
  expect(one?.body).toEqual(request.body === undefined ? undefined : JSON.stringify(request.body))
  if (request.body !== undefined) expect(one?.headers.get('content-type')).toContain('application/json')
})

test('a version is sent with the request that is about it, and with no other', async () => {
  const { send, sent } = graphAnswering(() => Response.json({}))
  await send({ method: 'PATCH', target: '/me/events/1', body: {}, ifMatch: 'W/"1"' })
  await send({ method: 'PATCH', target: '/me/events/1', body: {} })
  expect(sent.map(({ headers }) => headers.get('if-match'))).toEqual(['W/"1"', null])
})

test.each([1, 3])('a list of calendars that leads back after %i pages is a surprise, and has an end', async (count) => {
  let asked = 0
  const { mailbox } = graphAnswering(() => {
    const next = { '@odata.nextLink': `${GRAPH}/v1.0/me/calendars?$skip=${asked++ % count}` }
    return Response.json(page([], asked < 50 ? next : {}))
  })
  await expect(mailbox.calendars()).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
  expect(asked).toBe(count + 1)
})

test.each([202, 204])('an answer of %i without a body is a success', async (status) => {
  const { send } = graphAnswering(() => new Response(null, { status }))
  expect(await send({ method: 'POST', target: '/me/events/1/cancel', body: {} })).toBeUndefined()
})
