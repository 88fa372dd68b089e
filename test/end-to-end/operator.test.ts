import { expect, test } from 'vitest'
import { type OpsPorts, parseOps, runOps } from '../../infra/ops.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { epochMs, hours, minutes, seconds } from '../../shared/core/time.ts'
import { watchOf } from '../../shared/service/operations.ts'
import { createOperationsStore } from '../../shared/storage/operations.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const EMPTY = 'http://localhost:4000/v1.0/me/calendarView/delta?$deltatoken=empty'
const NOBODY = `acc_${'n'.repeat(22)}`

async function start() {
  const fixture = await startService()
  const reading = await startReading(fixture, { singles: 8, series: 1 })
  const account = accountIn(fixture)
  return { fixture, reading, account, ops: (...args: string[]) => ops(fixture, args) }
}

const accountIn = ({ tables }: ServiceFixture): string =>
  tables.rows('accounts').find(({ partitionKey }) => partitionKey.startsWith('acc_'))?.partitionKey ?? ''

async function ops(
  { service, ports, clock }: Pick<ServiceFixture, 'service' | 'ports' | 'clock'>,
  args: readonly string[],
) {
  const told: string[] = []
  // Whoever waits lets time pass.
  const passing = {
    now: clock.now,
    sleep: (duration: Parameters<OpsPorts['clock']['sleep']>[0]) => clock.advance(duration),
  }
  const operator = async () => service.operator
  const code = await runOps(
    { watch: watchOf(ports), operator, clock: passing, write: (text) => told.push(text) },
    parseOps(args),
  )
  return { text: told.join(''), code }
}

async function actsIn(entries: AsyncIterable<{ readonly by: string; readonly act: string; readonly details: string }>) {
  const found: string[] = []
  for await (const { by, act, details } of entries)
    if (by.startsWith('operator')) found.push(`${act} ${details}`.trim())
  return found
}

test('an operator sees how an account does, by each of its names, and nothing of what is in it', async () => {
  const { fixture, reading, account, ops } = await start()
  const { tid, oid, userPrincipalName, displayName } = reading.person
  const [byId, byProfile, byPerson] = await Promise.all([
    ops('account', account, '--json'),
    ops('account', account.replace('acc_', 'pro_'), '--json'),
    ops('account', `${tid}/${oid}`, '--json'),
  ])
  expect(byProfile).toEqual(byId)
  expect(byPerson).toEqual(byId)
  const report = JSON.parse(byId.text)
  expect(report).toMatchObject({
    account,
    state: 'active',
    failedVisits: 0,
    key: { generation: 1 },
    actions: { pending: 0 },
  })
  expect(report.calendars[0]).toMatchObject({ mode: 'notified', hasCursor: true, isHeld: false })
  const text = `${byId.text}${(await ops('account', account)).text}`
  const contents = [...(await reading.shown())].map(
    (event) => JSON.stringify(event).match(/"summary":"([^"]+)"/)?.[1] ?? '-',
  )
  for (const secret of [userPrincipalName, displayName, oid, 'Calendar', ...contents.filter((one) => one.length > 3)])
    expect(text).not.toContain(secret)
  expect(await actsIn(fixture.service.audit.accountExtract(account))).toEqual(Array(4).fill('inspected'))
})

test('that somebody asked for an account that is not there is in the trail, and nothing of whom they asked for', async () => {
  const { fixture, ops } = await start()
  await expect(ops('account', NOBODY)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(ops('resync', NOBODY)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(ops('reencrypt', NOBODY)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(fixture.service.operator.account('anna@contoso.example')).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
  })
  const acts = await actsIn(fixture.service.audit.serviceExtract())
  expect(acts.filter((act) => !act.startsWith('integrator-'))).toEqual(['inspected found=false'])
  expect(acts.join()).not.toContain(NOBODY)
})

test('a resync reads everything again, once for each request, however often its wake-up comes', async () => {
  const { fixture, reading, account, ops } = await start()
  const fresh: string[] = []
  fixture.intercept = ({ url }) => {
    if (url.includes('calendarView/delta') && url.includes('startDateTime')) fresh.push(url)
    return undefined
  }
  expect((await ops('resync', account)).text).toMatch(/^\d+ calendars? are read again/)
  const [wakeUp] = fixture.queue
  await fixture.settle()
  const once = fresh.length
  expect(once).toBeGreaterThan(0)
  await fixture.service.syncMailbox(wakeUp)
  await fixture.service.syncMailbox(wakeUp)
  expect(fresh.length).toBe(once)
  await fixture.clock.advance(seconds(1))
  await Promise.all([ops('resync', account), ops('resync', account)])
  await fixture.settle()
  expect(fresh.length).toBe(2 * once)
  expect(await reading.shown()).toEqual(reading.actual())
  expect(await actsIn(fixture.service.audit.accountExtract(account))).toHaveLength(3)
})

test('a resync cannot get around the guard against mass deletions', async () => {
  const { fixture, reading, account, ops } = await start()
  const before = await reading.shown()
  fixture.intercept = ({ url }) =>
    url.includes('startDateTime') ? Response.json({ value: [], '@odata.deltaLink': EMPTY }) : undefined
  await ops('resync', account)
  await fixture.settle()
  expect(fixture.logged.join()).toContain('mass-deletion-held')
  await fixture.clock.advance(minutes(1))
  await ops('resync', account)
  await fixture.settle()
  expect(await reading.shown()).toEqual(before)
  expect((await ops('account', account)).text).toContain('a mass deletion is held')
  fixture.intercept = () => undefined
  await pass(fixture, hours(1), minutes(5))
  expect(await reading.shown()).toEqual(reading.actual())
})

test('a calendar alone is read again, and one that the account does not have is an error', async () => {
  const { account, fixture, ops } = await start()
  const { calendars } = JSON.parse((await ops('account', account, '--json')).text)
  expect((await ops('resync', account, '--calendar', calendars[0].calendar)).text).toMatch(/^1 /)
  expect(fixture.queue.at(-1)).toMatchObject({ reason: 'resync', calendar: calendars[0].calendar.slice(4) })
  const other = ops('resync', account, '--calendar', `cal_${'x'.repeat(22)}`)
  await expect(other).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('an account whose person has to connect again cannot be read again, and says so', async () => {
  let isOut = false
  const fixture = await startService({
    throughEntra: (entra) => ({
      ...entra,
      accessToken: async (...token) => {
        if (isOut) throw new SyncError('RECONNECT_REQUIRED', 'the password was changed')
        return entra.accessToken(...token)
      },
    }),
  })
  await startReading(fixture, { singles: 1 })
  const account = accountIn(fixture)
  isOut = true
  await pass(fixture, hours(2))
  expect((await ops(fixture, ['account', account])).text).toContain('needs-reconnect')
  await expect(ops(fixture, ['resync', account])).rejects.toMatchObject({ code: 'RECONNECT_REQUIRED' })
  expect(await actsIn(fixture.service.audit.accountExtract(account))).toEqual(['inspected'])
})

test('what cannot be accounted for is neither told nor done', async () => {
  const { fixture, account } = await start()
  const broken = await startService({
    beside: fixture,
    throughTables: (tables) => ({
      table: (name) => {
        const table = tables.table(name)
        const commit = () => Promise.reject(new Error('no trail'))
        return name === 'audit' ? { ...table, commit } : table
      },
    }),
  })
  for (const command of ['account', 'resync', 'reencrypt'])
    await expect(ops(broken, [command, account])).rejects.toThrow()
  expect(broken.queue).toEqual([])
  expect(fixture.tables.rows('keys').filter(({ rowKey }) => rowKey.startsWith('key-'))).toHaveLength(1)
})

test('draining ends when nothing is overdue and the queues were empty twice, and with 1 when time is over', async () => {
  const { fixture, ops } = await start()
  const done = await ops('drain', '--json')
  expect(done.code).toBe(0)
  expect(done.text.trim().split('\n')).toHaveLength(2)
  await fixture.clock.advance(hours(8))
  const late = await ops('drain', '--minutes', '1')
  expect(late.code).toBe(1)
  expect(late.text).toMatch(/oldest overdue visit \d{3,} s/)
})

test('the status says what was measured, and which alerts are raised', async () => {
  const { fixture, reading, ops } = await start()
  reading.mailbox.create(oneHour('New', '2026-11-20'))
  await fixture.deliver()
  await fixture.service.operations.gather()
  const { text } = await ops('status')
  expect(text).toMatch(/accounts +active 1/)
  expect(text).toMatch(/Graph requests +.*ok \d+/)
  expect(text).toMatch(/oldest overdue visit +0 ms/)
  const status = JSON.parse((await ops('status', '--json', '--hours', '2')).text)
  expect(status.alerts.map(({ name }: { name: string }) => name)).toContain('dead-letters')
})

test('without the vault an operator still sees how the service does, what was given up, and what is left to do', async () => {
  const { fixture } = await start()
  await fixture.service.operations.gather()
  const away = () => Promise.reject(new SyncError('VAULT_UNAVAILABLE', 'away'))
  const vault = new Proxy(fixture.ports.vault, { get: () => away })
  const told: string[] = []
  const ports = { watch: watchOf({ ...fixture.ports, vault }), operator: away, clock: fixture.clock }
  for (const command of ['status', 'dead-letters'])
    expect(await runOps({ ...ports, write: (text) => told.push(text) }, parseOps([command]))).toBe(0)
  expect(told.join('')).toMatch(/accounts +active 1.*0 dead letters/s)
  expect((await ops({ ...fixture, ports: { ...fixture.ports, vault } }, ['drain'])).code).toBe(0)
  await expect(runOps({ ...ports, write: () => undefined }, parseOps(['replay']))).rejects.toThrow('away')
})

test('what could not be looked at is not told as nothing', async () => {
  const { fixture } = await start()
  const broken = await startService({
    beside: fixture,
    throughTables: (tables) => ({
      table: (name) => {
        const table = tables.table(name)
        return name === 'schedule' ? { ...table, range: away } : table
      },
    }),
  })
  broken.ports.deadLetters.list = away
  await broken.service.operations.gather()
  const { text } = await ops(broken, ['status'])
  for (const what of ['accounts', 'calendars', 'oldest overdue visit', 'dead letters'])
    expect(text).toMatch(new RegExp(`^${what} +not known$`, 'm'))
})

function away(): never {
  throw new SyncError('STORAGE_UNAVAILABLE', 'away')
}

test('a status that is watched goes on after a failure, which it tells', async () => {
  const { fixture } = await start()
  await fixture.service.operations.gather()
  const watch = watchOf(fixture.ports)
  const told: string[] = []
  let looks = 0
  const unsteady = {
    ...watch,
    status: async (span: number) => (++looks === 1 ? away() : looks === 3 ? stop() : watch.status(span)),
  }
  const ports = { watch: unsteady, operator: stop, clock: { ...fixture.clock, sleep: async () => undefined } }
  const watched = runOps({ ...ports, write: (text) => told.push(text) }, parseOps(['status', '--watch']))
  await expect(watched).rejects.toThrow('stopped')
  expect(told).toHaveLength(2)
  expect(told[0]).toContain('STORAGE_UNAVAILABLE')
  expect(told[1]).toMatch(/accounts +active 1/)
})

function stop(): never {
  throw new Error('stopped')
}

test('a row of figures that is damaged costs its own numbers only', async () => {
  const { fixture, ops } = await start()
  const { operations } = fixture.service
  await operations.gather()
  const damage = async (rowKey: string) =>
    fixture.ports.tables
      .table('operations')
      .commit('figures', [{ kind: 'upsert', rowKey, properties: { figures: new Uint8Array([1, 2, 3]) } }])
  await damage(`sample.${String(fixture.clock.now() - minutes(10)).padStart(15, '0')}`)
  await damage('slot.damaged')
  expect((await ops('status')).text).toMatch(/accounts +active 1/)
  await fixture.clock.advance(minutes(5))
  await operations.gather()
  expect((await ops('status')).text).toMatch(/accounts +active 1/)
  expect(fixture.tables.rows('operations').map(({ rowKey }) => rowKey)).not.toContain('slot.damaged')
})

test('every alarm is named by the status, however many failures came after it', async () => {
  const { fixture, ops } = await start()
  const troubles = Array.from({ length: 30 }, (_, at) => ({ what: `F_${at}`, count: 1, lastAt: fixture.clock.now() }))
  const alarm = { what: 'row-quarantined', count: 1, lastAt: epochMs(fixture.clock.now() - 1) }
  const figures = { counters: {}, gauges: {}, histograms: {}, troubles: [alarm, ...troubles] }
  await createOperationsStore(fixture.ports.tables).put('many', figures)
  await fixture.service.operations.gather()
  expect((await ops('status')).text).toContain('row-quarantined')
})

test('a new key is made although the queue takes no wake-up: repeating it would make another one', async () => {
  const { fixture, account } = await start()
  const unwoken = await startService({
    beside: fixture,
    throughWaker: () => ({ wake: () => Promise.reject(new SyncError('QUEUE_UNAVAILABLE', 'away')) }),
  })
  expect((await ops(unwoken, ['reencrypt', account])).code).toBe(0)
  await expect(ops(unwoken, ['resync', account])).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
  expect((await ops(unwoken, ['account', account])).text).toMatch(/key +generation 2/)
})

test.each([
  [],
  ['nothing'],
  ['account', 'acc_short'],
  ['resync', `acc_${'n'.repeat(22)}x`],
  ['reencrypt', 'anna@contoso.example'],
  ['account'],
  ['account', 'a', 'b'],
  ['status', 'x'],
  ['status', '--queue', 'mailbox'],
  ['status', '--hours', '0'],
  ['replay', '--queue', 'other'],
  ['reencrypt'],
  ['reencrypt', NOBODY, '--all'],
  ['resync', NOBODY, '--calendar', 'name'],
  ['drain', '--minutes', 'x'],
  ['drain', '--what'],
])('what makes no sense is not understood: %j %j %j', (...args) => {
  expect(() => parseOps(args.filter((one) => one !== undefined))).toThrow(expect.objectContaining({ name: 'Error' }))
})
