import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type Context, HTTPMessageHandler } from '@microsoft/microsoft-graph-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { idleClock, type Microsoft365, startMicrosoft365 } from '../../infra/local/microsoft365/start.ts'
import { createWorld } from '../../infra/local/microsoft365/world.ts'
import { oneHour, seededRandom } from '../support/graph-stand-in.ts'

let service: Microsoft365
let base: string

beforeAll(async () => {
  const random = seededRandom(7)
  const world = createWorld({ clock: idleClock, random })
  world.addOrganisation({ name: 'Contoso', domain: 'contoso.test' })
  const log = () => {}
  service = await startMicrosoft365({ port: 0, world, clock: idleClock, random, log, applications: [] })
  base = `http://127.0.0.1:${service.port}`
})
afterAll(() => service.close())

async function control<T>(method: string, path: string, body?: object): Promise<T> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${base}/_control/${path}`, { method, ...init })
  if (!response.ok) throw new Error(await response.text())
  return (response.status === 204 ? undefined : response.json()) as Promise<T>
}

interface Made {
  oid: string
  loaded: Record<string, string[]>
}

const tokenOf = async (person: string) => (await control<{ token: string }>('POST', 'token', { person })).token

/** The real client, which by itself sends a token to https addresses only. */
async function clientOf(person: string): Promise<Client> {
  const token = await tokenOf(person)
  const network = new HTTPMessageHandler()
  const execute = (context: Context): Promise<void> => {
    context.options = { ...context.options, headers: { ...context.options?.headers, authorization: `Bearer ${token}` } }
    return network.execute(context)
  }
  return Client.initWithMiddleware({ baseUrl: base, middleware: { execute } })
}

test('the real Graph client creates, lists, changes and deletes an event over the wire', async () => {
  const { oid } = await control<Made>('POST', 'mailboxes', { seed: 1 })
  const client = await clientOf(oid)
  const { id } = await client.api('/me/events').post({ ...oneHour('over the wire', '2026-11-10') })
  await client.api(`/me/events/${id}`).patch({ subject: 'changed' })
  const page = await client
    .api('/me/calendarView')
    .query({ startDateTime: '2026-11-01', endDateTime: '2026-12-01' })
    .get()
  expect(page.value.map(({ subject }: { subject: string }) => subject)).toEqual(['changed'])
  await client.api(`/me/events/${id}`).delete()
  await expect(client.api(`/me/events/${id}`).get()).rejects.toMatchObject({
    statusCode: 404,
    code: 'ErrorItemNotFound',
  })
})

test('the same order makes the same mailbox, and its delta round tells every event', async () => {
  const order = { seed: 5, singles: 40, series: 2, occurrences: 30, from: '2026-11-01', days: 100 }
  const window = 'startDateTime=2026-10-01T00:00:00Z&endDateTime=2027-06-01T00:00:00Z'
  const read = async () => {
    const { oid } = await control<Made>('POST', 'mailboxes', order)
    const headers = { authorization: `Bearer ${await tokenOf(oid)}`, prefer: 'odata.maxpagesize=1000' }
    const response = await fetch(`${base}/v1.0/me/calendarView/delta?${window}`, { headers })
    const { value } = (await response.json()) as { value: { subject?: string; start: object }[] }
    return value.map(({ subject, start }) => [subject, start])
  }
  const first = await read()
  expect(first).toHaveLength(40 + 2 * 31)
  expect(await read()).toEqual(first)
})

test('payloads from outside are told as they came', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'payloads-'))
  const odd = { id: 'AAMkADOdd=', '@odata.etag': 'W/"a/b+"', subject: null, type: 'singleInstance', recurrence: null }
  const times = { start: { dateTime: '2026-11-10T09:00:00.0000000', timeZone: 'tzone://Microsoft/Custom' } }
  const event = { ...odd, ...times, end: times.start, surprise: 1 }
  await writeFile(join(folder, 'one.json'), JSON.stringify({ kind: 'event-item', body: event }))
  await writeFile(join(folder, 'page.json'), JSON.stringify({ value: [{ ...event, id: 'AAMkADOther=' }] }))
  await writeFile(join(folder, 'error.json'), JSON.stringify({ kind: 'response', body: { error: { code: 'x' } } }))
  const { oid, loaded } = await control<Made>('POST', 'payloads', { folder })
  expect(loaded).toEqual({ 'error.json': [], 'one.json': ['AAMkADOdd='], 'page.json': ['AAMkADOther='] })
  expect(await (await clientOf(oid)).api('/me/events/AAMkADOdd=').get()).toMatchObject(event)
})

test('ordered faults are given and can be taken back', async () => {
  const { oid } = await control<Made>('POST', 'mailboxes', { seed: 2 })
  const headers = { authorization: `Bearer ${await tokenOf(oid)}` }
  await control('POST', 'faults', { answers: [{ status: 503, times: 100, retryAfter: '1' }], delta: { loops: true } })
  expect((await fetch(`${base}/v1.0/me`, { headers })).status).toBe(503)
  await control('DELETE', 'faults')
  expect((await fetch(`${base}/v1.0/me`, { headers })).status).toBe(200)
  await expect(control('POST', 'faults', { nonsense: true })).rejects.toThrow('nonsense')
})

test('the log of requests can be read and cleared', async () => {
  const { oid } = await control<Made>('POST', 'mailboxes', { seed: 3 })
  await control('DELETE', 'requests')
  await (await clientOf(oid)).api('/me/calendars').get()
  const logged = await control<object[]>('GET', 'requests')
  expect(logged).toEqual([expect.objectContaining({ method: 'GET', path: '/v1.0/me/calendars', status: 200, oid })])
})

test('the mails about meetings that a person sent can be read and cleared', async () => {
  const { oid } = await control<Made>('POST', 'mailboxes', { seed: 4, singles: 20 })
  const attendees = [{ emailAddress: { address: 'guest@elsewhere.test' } }]
  const client = await clientOf(oid)
  const prefer = 'IdType="ImmutableId"'
  const { id } = await client
    .api('/me/events')
    .header('Prefer', prefer)
    .post({ ...oneHour('call', '2026-11-10'), attendees })
  const mail = { kind: 'invitation', to: 'guest@elsewhere.test', eventId: id, at: expect.any(Number) }
  expect(await control('GET', `mails?person=${oid}`)).toEqual([mail])
  await control('DELETE', 'mails')
  expect(await control('GET', `mails?person=${oid}`)).toEqual([])
})

test('an answer that is to be lost after the work can be ordered', async () => {
  const { oid } = await control<Made>('POST', 'mailboxes', { seed: 6 })
  const headers = { authorization: `Bearer ${await tokenOf(oid)}` }
  const lost = {
    status: 503,
    times: 1,
    every: 2,
    method: 'POST',
    path: '/events',
    afterCommit: true,
    withoutBody: true,
  }
  await control('POST', 'faults', { answers: [lost] })
  const post = async (subject: string) => {
    const body = JSON.stringify(oneHour(subject, '2026-11-10'))
    const answer = await fetch(`${base}/v1.0/me/events`, { method: 'POST', headers, body })
    return [answer.status, (await answer.text()) === '']
  }
  expect([await post('one'), await post('two'), await post('three')]).toEqual([
    [201, false],
    [503, true],
    [201, false],
  ])
  const listed = (await (await fetch(`${base}/v1.0/me/events`, { headers })).json()) as { value: object[] }
  expect(listed.value).toHaveLength(3)
})
