import { expect, test } from 'vitest'
import { parseOps } from '../../infra/ops.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { hours, minutes, seconds } from '../../shared/core/time.ts'
import { accountIn, ops, startOperated } from '../support/operator.ts'
import { pass, startReading } from '../support/reading.ts'
import { startService } from '../support/service.ts'

const EMPTY = 'http://localhost:4000/v1.0/me/calendarView/delta?$deltatoken=empty'
const NOBODY = `acc_${'n'.repeat(22)}`

async function actsIn(entries: AsyncIterable<{ readonly by: string; readonly act: string; readonly details: string }>) {
  const found: string[] = []
  for await (const { by, act, details } of entries)
    if (by.startsWith('operator')) found.push(`${act} ${details}`.trim())
  return found
}

test('an operator sees how an account does, by each of its names, and nothing of what is in it', async () => {
  const { fixture, reading, account, ops } = await startOperated()
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
  const { fixture, ops } = await startOperated()
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
  const { fixture, reading, account, ops } = await startOperated()
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
  const { fixture, reading, account, ops } = await startOperated()
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
  const { account, fixture, ops } = await startOperated()
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
  const { fixture, account } = await startOperated()
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
  const { fixture, ops } = await startOperated()
  const done = await ops('drain', '--json')
  expect(done.code).toBe(0)
  expect(done.text.trim().split('\n')).toHaveLength(2)
  await fixture.clock.advance(hours(8))
  const late = await ops('drain', '--minutes', '1')
  expect(late.code).toBe(1)
  expect(late.text).toMatch(/oldest overdue visit \d{3,} s/)
})

test('a new key is made although the queue takes no wake-up: repeating it would make another one', async () => {
  const { fixture, account } = await startOperated()
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
