import { Agent } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connectPerson } from '../../infra/local/sample-integrator.ts'
import { startServiceBus } from '../../infra/local/service-bus/start.ts'
import queues from '../../infra/queues.json' with { type: 'json' }
import { days, later, systemClock, toIsoSeconds } from '../../shared/core/time.ts'
import { MOST_PULLS, MOST_PULLS_SHARE, runBurst, send } from '../bench/burst.ts'
import { median } from '../bench/statistics.ts'
import { PROBED } from '../chaos/gauge.ts'
import { SIZES } from '../faults/sizes.ts'
import { eventually } from '../support/eventually.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { connectSlowSenders } from '../support/slow-senders.ts'
import { queueIsEmpty, type RunningSystem, startWholeSystem } from '../support/system.ts'

/** The real edge: the built functions in the Functions host, in a process of its own. */
let system: RunningSystem

const STORM = { ...SIZES.W4.here, connections: 100 }
const DAY = toIsoSeconds(later(systemClock.now(), days(3))).slice(0, 10)

beforeAll(async () => {
  system = await startWholeSystem({ settings: PROBED })
  burst = await runBurst(system, STORM)
}, 240_000)
afterAll(() => system.close())

let burst: Awaited<ReturnType<typeof runBurst>>

const address = (query = '') => `${system.addresses.sync}/graph/notifications${query}`
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(address(), { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
const tell = (clientState: unknown, more: object = {}) =>
  post(JSON.stringify({ value: [{ subscriptionId: 'x', changeType: 'updated', resource: 'x', clientState, ...more }] }))

const stateOf = (index: number): string => system.microsoft365.graph.subscriptions.list()[index]?.clientState ?? ''
const linesOf = (event: string) => system.lines.filter((line) => line.includes(`"event":"${event}"`))

describe('W4: of notifications for many mailboxes, all at once,', () => {
  // Whether before Graph gives up is judged by `npm run burst`.
  test('every one is answered 202', () => {
    expect(burst.statuses).toEqual({ 202: STORM.notifications })
  })

  test('none is lost, and a handful of pulls per mailbox is enough', () => {
    expect(burst.lost).toBe(0)
    expect(burst.pulls[0]).toBeGreaterThanOrEqual(1)
    expect(burst.pulls.at(-1)).toBeLessThanOrEqual(MOST_PULLS)
    expect(burst.pullsShare).toBeLessThanOrEqual(MOST_PULLS_SHARE)
  })
})

describe('W1: a notification whose client state', () => {
  const valid = () => stateOf(0)

  test.each<[string, () => unknown]>([
    ['is missing', () => undefined],
    ['is null', () => null],
    ['is empty', () => ''],
    ['is a list', () => [valid()]],
    ['is an object', () => ({ toString: valid() })],
    ['is wrong in its last character', () => valid().slice(0, -1) + (valid().endsWith('A') ? 'E' : 'A')],
    ['is wrong in its first character', () => (valid().startsWith('A') ? 'E' : 'A') + valid().slice(1)],
    ['has the shape of one of ours', () => `${'a'.repeat(22)}.${'b'.repeat(22)}.${'c'.repeat(43)}`],
    ['has 100,000 characters', () => 'x'.repeat(100_000)],
    ['is followed by a line feed', () => `${valid()}\n`],
  ])('%s is refused with 401, wakes nobody, and is counted', async (_what, state) => {
    const before = linesOf('notifications-forged').length
    const woken = linesOf('notified').length
    expect((await tell(state())).status).toBe(401)
    await eventually('the refusal is in the log', () => linesOf('notifications-forged').length === before + 1)
    expect(linesOf('notified')).toHaveLength(woken)
  })

  test('is genuine in a batch with forged ones wakes its own account only', async () => {
    const value = [{ clientState: 'forged' }, { clientState: valid() }, { clientState: [] }, null, 'text']
    const woken = linesOf('notified').length
    expect((await post(JSON.stringify({ value }))).status).toBe(202)
    await eventually('the genuine one is in the log', () => linesOf('notified').length === woken + 1)
  })
})

describe('W2: the client state of one subscription', () => {
  const [account, calendar, mac] = [0, 1, 2]
  const parts = (index: number) => stateOf(index).split('.')

  test.each([
    ['with the MAC of another one', () => [parts(0)[account], parts(0)[calendar], parts(1)[mac]]],
    ['with the account of another one', () => [parts(1)[account], parts(0)[calendar], parts(0)[mac]]],
    ['with the calendar of another one', () => [parts(0)[account], parts(1)[calendar], parts(0)[mac]]],
    ['with account and calendar exchanged', () => [parts(0)[calendar], parts(0)[account], parts(0)[mac]]],
  ])('%s is refused, and wakes nobody', async (_what, mixed) => {
    const [woken, refused] = [linesOf('notified').length, linesOf('notifications-forged').length]
    expect((await tell(mixed().join('.'))).status).toBe(401)
    await eventually('the refusal is in the log', () => linesOf('notifications-forged').length > refused)
    expect(linesOf('notified')).toHaveLength(woken)
  })

  test('in a notification about another subscription wakes the account that it was issued for, and nobody else', async () => {
    const other = system.microsoft365.graph.subscriptions.list()[1]
    const woken = linesOf('notified').length
    const about = { subscriptionId: other?.id, tenantId: other?.tid, resource: `Users/${other?.oid}/Events/x` }
    expect((await tell(stateOf(0), about)).status).toBe(202)
    await eventually('it is in the log', () => linesOf('notified').length > woken)
    expect(linesOf('notified').slice(woken).join()).toContain(`acc_${parts(0)[account]}`)
    expect(linesOf('notified').slice(woken).join()).not.toContain(parts(1)[account])
  })
})

describe('W3: the handshake', () => {
  const shake = (token: string, path = '/graph/notifications') =>
    fetch(`${system.addresses.sync}${path}?validationToken=${encodeURIComponent(token)}`, { method: 'POST' })

  test.each([
    ['with a script', '<script>alert(1)</script>'],
    ['with lines of a header', 'two\r\nSet-Cookie: stolen=1\r\n\r\n<html>'],
    ['of JSON', '{"json":true}'],
    ['of Microsoft', 'Validation: Testing client application reachability for subscription Request-Id: 1 æøå'],
    ['of 2 KiB', 'x'.repeat(2048)],
  ])('answers a token %s as it came, as plain text that no browser reads as anything else', async (_what, token) => {
    for (const path of ['/graph/notifications', '/graph/lifecycle']) {
      const answer = await shake(token, path)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect(await answer.text()).toBe(token)
    }
  })

  test.each([2049, 8_000, 64 * 1024])('refuses a token of %i characters, and does not repeat it', async (length) => {
    const answer = await shake('<'.repeat(Math.ceil(length / 3)).padEnd(length, 'x'))
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.headers.get('content-type') ?? '').not.toContain('html')
    expect(await answer.text()).not.toContain('<')
  })
})

describe('W8: a body that is a trap', () => {
  const MOST_MIB = 50
  const MIB = 2 ** 20

  const held = () => system.lines.filter((line) => line.includes('"event":"probed"'))

  /** MiB that the host has left after its garbage was collected: as it says next. */
  async function liveMiB(): Promise<number> {
    const said = held().length
    await eventually('the host says what it holds', () => held().length > said)
    return Number(JSON.parse(held().at(-1) ?? '{}').live)
  }

  /** Blanks make as much of it as is read at all, so that few of them are noticed when they are kept. */
  const padded = (json: string) => json.padEnd(MIB)
  const nested = (depth: number) => padded(`{"value":${'['.repeat(depth)}${']'.repeat(depth)}}`)
  const nestedObjects = (depth: number) => padded(`{"value":[${'{"clientState":'.repeat(depth)}1${'}'.repeat(depth)}]}`)
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(50 * MIB, 0x20)))
  const noText = new Uint8Array(MIB).fill(0xff)

  /** So many of each that half as much again as the limit stays when they do. */
  test.each<[string, () => Promise<Response>, number, number]>([
    ['of 5 MB', () => post(`{"value":"${'x'.repeat(5 * MIB)}"}`), 413, 15],
    ['of 10,000 arrays in each other', () => post(nested(10_000)), 400, 75],
    ['of 10,000 objects in each other', () => post(nestedObjects(10_000)), 400, 75],
    ['of 50 MB packed into 50 kB', () => post(bomb, { 'content-encoding': 'gzip' }), 400, 15],
    ['with 100,000 notifications', () => post(padded(`{"value":[${'{},'.repeat(100_000)}{}]}`)), 400, 75],
    ['that is no text', () => post(noText), 400, 75],
  ])(
    '%s is refused well before Graph would give up, and does not stay in memory',
    async (_what, sendIt, status, times) => {
      expect((await sendIt()).status).toBe(status)
      const before = await liveMiB()
      const took: number[] = []
      for (let time = 0; time < times; time++) {
        const began = performance.now()
        expect((await sendIt()).status).toBe(status)
        took.push(performance.now() - began)
      }
      // What the last of them has left is collected some time.
      await eventually('it does not stay in memory', async () => (await liveMiB()) - before < MOST_MIB)
      expect(median(took)).toBeLessThan(1_000)
    },
  )
})

describe('W9: while 1,000 connections send a byte a second,', () => {
  // How much slower is measured by `npm run bench -- webhook`.
  test('others are answered, each of them, while these go on', { timeout: 180_000 }, async () => {
    const slow = await connectSlowSenders(address(), 1_000)
    onTestFinished(() => slow.release())
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    for (let index = 0; index < 200; index++) {
      const { status } = await send(address(), JSON.stringify({ value: [{ clientState: 'forged' }] }), agent)
      expect(status).toBe(401)
    }
    expect(slow.connected()).toBe(1_000)
  })
})

describe('W6: while the broker is down,', () => {
  test('a notification is answered 503 within the time that Graph gives, and is good when it comes again', async () => {
    const { graph, world } = system.microsoft365
    const [subscription] = graph.subscriptions.list()
    const person = world.personById(subscription?.oid ?? '')
    const reader = await connectPerson(system.addresses.sync, person?.userPrincipalName ?? '')
    await queueIsEmpty(system)
    const { port } = system.serviceBus
    await system.serviceBus.close()
    world.mailboxOf(subscription?.oid ?? '').create(oneHour('While it was down', DAY))
    const began = performance.now()
    expect((await tell(subscription?.clientState)).status).toBe(503)
    expect(performance.now() - began).toBeLessThan(3_000)
    const broker = await startServiceBus({ port, queues: queues.queues as never, clock: systemClock })
    onTestFinished(() => broker.close())
    await eventually('it is taken', async () => (await tell(subscription?.clientState)).status === 202)
    const subjects = async () => (await reader.events()).map(({ summary }) => summary)
    await eventually('the change is told', async () => (await subjects()).includes('While it was down'))
  })
})
