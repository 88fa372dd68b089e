import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { spawnFunctionsHost } from '../../infra/local/functions-host/spawn-functions-host.ts'
import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import { authorizeUrl, connectPerson, type SampleIntegrator } from '../../infra/local/sample-integrator.ts'
import { systemClock } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { answerLines, mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { openTable } from '../support/stored-rows.ts'
import { emptyWorld, firstPullDone, queueIsEmpty, type RunningSystem, startWholeSystem } from '../support/system.ts'

describe('with settings that are missing or malformed', () => {
  const lines: string[] = []
  let host: Awaited<ReturnType<typeof spawnFunctionsHost>>

  beforeAll(async () => {
    const environment = { ENVIRONMENT: 'local', PUBLIC_URL: 'http://localhost:1', KEY_VAULT_URL: 'nonsense' }
    const write = (line: string) => void lines.push(line)
    host = await spawnFunctionsHost({ appDirectory: inject('app'), port: 0, environment, masterKey: 'key', write })
  })
  afterAll(() => host.close())

  const BAD = [
    { setting: 'KEY_VAULT_URL', problem: 'Invalid URL' },
    { setting: 'MICROSOFT_CLIENT_ID', problem: 'missing' },
    { setting: 'TABLES_URL', problem: 'missing' },
  ]

  test('the service starts, and its health and its log name each of them', async () => {
    const answer = await fetch(`${host.url}/health`)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ status: 'failing', settings: expect.arrayContaining(BAD) })
    for (const bad of BAD)
      expect(lines.filter((line) => line.includes('setting-invalid') && line.includes(bad.setting))).toHaveLength(1)
    expect(lines.join()).not.toContain('nonsense')
  })

  test.each(['/v1/events', '/oauth/authorize', '/.well-known/oauth-authorization-server'])(
    '%s answers 503 without a stack',
    async (path) => {
      const answer = await fetch(`${host.url}${path}`)
      expect(answer.status).toBe(503)
      expect(await answer.text()).not.toMatch(/\bat .*\.js|nonsense/)
    },
  )
})

describe('a running service', () => {
  let system: RunningSystem
  let reader: SampleIntegrator
  const world = emptyWorld()
  const { person, mailbox } = fillMailbox(world, MailboxOrder.parse({ singles: 40 }))

  beforeAll(async () => {
    system = await startWholeSystem({ world })
    reader = await connectPerson(system.addresses.sync, person.userPrincipalName)
    await firstPullDone(reader)
    await queueIsEmpty(system)
  })
  afterAll(() => system.close())

  const notify = (query: string, body: string) =>
    fetch(`${system.addresses.sync}/graph/notifications${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })

  test.each<[string, Record<string, string>]>([
    ['unknown client', { client_id: 'nobody' }],
    ['redirect URI of somebody else', { redirect_uri: 'https://evil.example/callback' }],
  ])('an %s gets a page and no redirect', async (_what, change) => {
    const url = new URL(authorizeUrl(system.addresses.sync, 'c'.repeat(43), 'state'))
    for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value)
    const answer = await fetch(url, { redirect: 'manual' })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(await answer.text()).not.toContain('evil.example')
  })

  const notification = (extra: object) =>
    JSON.stringify({
      value: [{ subscriptionId: 'x', changeType: 'updated', resource: 'x', clientState: 'Zm9yZ2Vk', ...extra }],
    })
  const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  test.each<[string, number, string]>([
    ['forged', 401, notification({})],
    ['that is too large', 413, notification({ resource: 'x'.repeat(5_000_000) })],
    ['that is nested 10,000 deep', 400, nested],
    ['that holds something nested 10,000 deep', 400, `{"value":[${nested}]}`],
    ['that is not JSON', 400, 'not json'],
    ['that is empty', 400, ''],
  ])('a notification %s is refused with %i, and nobody is woken', async (_what, status, body) => {
    const answer = await notify('', body)
    expect(answer.status).toBe(status)
    expect(system.serviceBus.snapshot().messages).toEqual([])
  })

  test('a validation token comes back letter for letter, as plain text', async () => {
    const token = '<script>alert("1 & 2")</script> æ'
    const answer = await notify(`?validationToken=${encodeURIComponent(token)}`, '')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.text()).toBe(token)
  })

  test('a validation token of three kilobytes is refused', async () => {
    expect((await notify(`?validationToken=${'x'.repeat(3_000)}`, '')).status).toBe(400)
  })

  test('an unknown time zone is 422 and a foreign token 401', async () => {
    expect((await reader.get('/v1/events?tzid=Mars/Olympus')).status).toBe(422)
    const headers = { authorization: 'Bearer somebody-elses' }
    expect((await fetch(`${system.addresses.sync}/v1/events?tzid=Etc/UTC`, { headers })).status).toBe(401)
  })

  test.each<[string, string, number, string | null]>([
    ['GET', '/v1/nothing', 404, null],
    ['GET', '/v1', 404, null],
    ['PATCH', '/v1/events', 405, 'GET, DELETE'],
    ['GET', '/v1/calendars/cal_x/events', 405, 'POST, DELETE'],
    ['GET', '/v1/batch', 405, 'POST'],
    ['OPTIONS', '/v1/account', 405, 'GET'],
  ])(
    '%s %s gets %i with a JSON body, the request id and the methods there are',
    async (method, path, status, allow) => {
      const answer = await fetch(`${system.addresses.sync}${path}`, { method })
      expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow])
      expect(await answer.json()).toMatchObject({ request_id: answer.headers.get('x-request-id') })
    },
  )

  test('a batch is answered by the built app, each item by itself', async () => {
    const item = (relative_url: string) => ({ method: 'GET', relative_url })
    const batch = [item('/v1/calendars'), item('/v1/nothing')]
    expect((await reader.send('POST', '/v1/batch', { batch })).status).toBe(207)
  })

  test.each(['/v1/events?tzid=Etc/UTC', '/v1/free_busy?tzid=Etc/UTC', '/v1/calendars', '/v1/userinfo'])(
    'a GET of %s with a body is answered as one without',
    async (path) => {
      const { status, body } = await getWithBody(`${system.addresses.sync}${path}`, reader.token)
      expect(status).toBe(200)
      expect(JSON.parse(body)).toEqual((await reader.get(path)).body)
    },
  )

  test('an event whose row was tampered with is left out and set aside, and the others are answered', async () => {
    const span = spanAround(systemClock.now())
    const whole = mailboxLines(mailbox, span)
    expect(await answerLines(reader, span)).toEqual(whole)
    const table = openTable(system.addresses.tables, 'accounts')
    for await (const { partitionKey = '', rowKey = '', ...row } of table.listEntities()) {
      const sealed = row['b0']
      if (!rowKey.startsWith('event.') || !(sealed instanceof Uint8Array)) continue
      const changed = Uint8Array.from(sealed, (byte, at) => (at === sealed.length - 20 ? byte ^ 1 : byte))
      await table.updateEntity({ partitionKey, rowKey, b0: changed }, 'Merge')
      break
    }
    const left = await answerLines(reader, span)
    expect(left).toHaveLength(whole.length - 1)
    expect(whole).toEqual(expect.arrayContaining(left))
    await eventually('it is logged', () => system.lines.some((line) => line.includes('row-quarantined')))
  })
})

/** As a client does that sends a JSON body with every request; `fetch` refuses to. */
function getWithBody(address: string, token: string): Promise<{ status: number | undefined; body: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': '2' }
  return new Promise((resolve, reject) => {
    const sent = httpRequest(address, { method: 'GET', headers }, async (answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk as Buffer)
      resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString() })
    })
    sent.on('error', reject).end('{}')
  })
}
