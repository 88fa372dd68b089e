import { beforeEach, describe, expect, test } from 'vitest'
import { epochMs, hours, minutes } from '../../shared/core/time.ts'
import { connectHalfWay, isErasing, lastAccount, leftOf, members, untilErased } from '../support/erasing.ts'
import { aroundCommit, beforeRead } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { visitMe } from '../support/me.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading
let account: string

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 20 })
  account = lastAccount(fixture)
})

const erase = () => fixture.service.erasure.begin(account, 'person')

/** Something that one instance waits for until another gives it. */
function signal() {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { give, given, isAsked: false }
}

describe('K7: an erasure', () => {
  test('wins over a pull that is going on', async () => {
    const other = await startService({ beside: fixture })
    for (let made = 0; made < 30; made++) reading.mailbox.create(oneHour(`Later ${made}`, '2026-11-20'))
    await fixture.clock.advance(minutes(10))
    let isBegun = false
    fixture.intercept = async (sent) => {
      if (isBegun || !sent.url.includes('delta')) return undefined
      isBegun = true
      await other.service.erasure.begin(account, 'person')
      await other.settle()
      return undefined
    }
    await fixture.service.syncMailbox({ account, reason: 'notified' })
    expect(isBegun).toBe(true)
    await untilErased(fixture)
    expect(leftOf(fixture, account)).toEqual([])
    expect(linesOf(fixture, 'sync-failed').map(({ code }) => code)).toEqual(['ROW_CHANGED'])
  })

  test('leaves no subscription that was made in the midst of it', async () => {
    const { id } = reading.mailbox.addCalendar({ name: 'Rehearsals' })
    const other = await startService({ beside: fixture })
    other.intercept = async (sent) => fixture.graph.fetch(sent)
    await fixture.clock.advance(hours(1))
    const left: unknown[] = []
    let isBegun = false
    fixture.intercept = async (sent) => {
      if (isBegun || sent.method !== 'POST' || !sent.url.endsWith('/subscriptions')) return undefined
      isBegun = (await sent.clone().text()).includes(id)
      if (!isBegun) return undefined
      await other.service.erasure.begin(account, 'person')
      await other.settle()
      // What there was by then has been ended.
      left.push(...fixture.graph.subscriptions.list())
      return undefined
    }
    await fixture.service.syncMailbox({ account, reason: 'notified' })
    expect(isBegun).toBe(true)
    expect(left).toEqual([])
    expect(fixture.graph.subscriptions.list()).toEqual([])
  })

  test('is complete only when what a slow handler wrote after it is gone too', async () => {
    const connection = await reading.reader()
    const { body } = await connection.get('/v1/calendars')
    const [calendar] = body['calendars'] as { calendar_id: string }[]
    const slow = await startService({
      beside: fixture,
      throughTables: (tables) => ({
        table(name) {
          const table = tables.table(name)
          if (name !== 'accounts') return table
          const commit: typeof table.commit = async (partition, writes) => {
            // The request was let in, and the account ends before its action is stored.
            if (writes.some(({ rowKey }) => rowKey.startsWith('action.'))) {
              await erase()
              await fixture.settle()
            }
            return table.commit(partition, writes)
          }
          return { ...table, commit }
        },
      }),
    })
    const wish = { event_id: 'x', summary: 'X', start: '2026-11-24T09:00:00Z', end: '2026-11-24T10:00:00Z' }
    const path = `/v1/calendars/${calendar?.calendar_id}/events`
    await connection.call({ method: 'POST', path, body: wish }, slow.service)
    expect(leftOf(fixture, account)).not.toEqual([])
    await untilErased(fixture)
    expect(leftOf(fixture, account)).toEqual([])
    expect(isErasing(fixture)).toBe(false)
    expect(linesOf(fixture, 'erasure-found-more')).toHaveLength(1)
  })

  test('has whoever asks in the midst of it told that their access has ended', async () => {
    const connection = await reading.reader()
    const { body } = await connection.get('/v1/calendars')
    const [calendar] = body['calendars'] as { calendar_id: string }[]
    const wish = { event_id: 'x', summary: 'X', start: '2026-11-24T09:00:00Z', end: '2026-11-24T10:00:00Z' }
    let isOver = false
    // An instance that has to ask for the account's keys, and finds that they are gone.
    const late = await startService({
      beside: fixture,
      throughTables: (tables) =>
        beforeRead(tables, async (name, partition) => {
          if (isOver || name !== 'keys' || partition !== account) return
          isOver = true
          await erase()
          await fixture.settle()
        }),
    })
    const path = `/v1/calendars/${calendar?.calendar_id}/events`
    const { status } = await connection.call({ method: 'POST', path, body: wish }, late.service)
    expect([isOver, status]).toEqual([true, 401])
  })

  test('T3: is not complete before every handler has ended, by clocks that are five minutes off to either side', async () => {
    const { clock } = fixture
    const skewed = (skew: number) =>
      startService({ beside: fixture, clock: { ...clock, now: () => epochMs(clock.now() + skew) } })
    const [behind, ahead] = [await skewed(-minutes(5)), await skewed(minutes(5))]
    await behind.service.erasure.begin(account, 'person')
    await behind.service.syncMailbox({ account, reason: 'erase' })
    expect(leftOf(fixture, account).filter((row) => row.startsWith('accounts'))).toEqual([])
    await clock.advance(minutes(4))
    await ahead.service.syncMailbox({ account, reason: 'erase' })
    expect(isErasing(fixture)).toBe(true)
    await untilErased(fixture)
    expect(isErasing(fixture)).toBe(false)
  })

  test('leaves nobody on the list of an organisation whose sign-in was on its way', async () => {
    const [keyGone, isRefused] = [signal(), signal()]
    const eraser = await startService({
      beside: fixture,
      throughTables: (tables) =>
        aroundCommit(tables, async (table, writes, commit) => {
          const etags = await commit()
          if (table === 'keys' && writes.some(({ rowKey, kind }) => kind === 'delete' && rowKey.startsWith('key-'))) {
            keyGone.give()
            await isRefused.given
          }
          return etags
        }),
    })
    const connecting = await startService({
      beside: fixture,
      throughTables: (tables) =>
        aroundCommit(tables, async (_, writes, commit) => {
          // They were let in; then they erase everything in another window.
          if (!keyGone.isAsked && writes.some(({ rowKey }) => rowKey.startsWith('member.'))) {
            keyGone.isAsked = true
            await eraser.service.erasure.begin(account, 'person')
            void eraser.settle().then(isRefused.give)
            await keyGone.given
          }
          return commit()
        }),
    })
    await connecting.connect(reading.person)
    isRefused.give()
    await untilErased(fixture)
    await pass(fixture, minutes(6), minutes(1))
    expect(leftOf(fixture, account)).toEqual([])
  })

  test('takes with its last look what a sign-in has stored after it, and no visit fails meanwhile', async () => {
    let isOvertaken = false
    const connecting = await startService({
      beside: fixture,
      throughTables: (tables) =>
        aroundCommit(tables, async (table, _, commit) => {
          if (table === 'accounts' && !isOvertaken) {
            isOvertaken = true
            await fixture.service.erasure.begin(account, 'person')
            await fixture.settle()
          }
          return commit()
        }),
    })
    await connecting.connect(reading.person)
    expect(leftOf(fixture, account)).toContain('accounts state.head')
    await fixture.service.syncMailbox({ account, reason: 'due' })
    expect(linesOf(fixture, 'sync-failed')).toEqual([])
    await untilErased(fixture)
    await pass(fixture, minutes(6), minutes(1))
    expect(leftOf(fixture, account)).toEqual([])
  })

  test('is recorded once, however often a visit is faster', async () => {
    let races = 0
    const raced = await startService({
      beside: fixture,
      throughTables: (tables) =>
        aroundCommit(tables, async (table, writes, commit) => {
          if (table === 'accounts' && writes.some(({ kind }) => kind === 'replace') && races++ < 20) {
            const accounts = fixture.tables.table('accounts')
            const head = await accounts.get(account, 'state.head')
            if (head !== undefined) await accounts.commit(account, [{ ...head, kind: 'replace' }])
          }
          return commit()
        }),
    })
    await raced.service.erasure.begin(account, 'person')
    const acts: string[] = []
    for await (const { act } of fixture.service.audit.accountExtract(account)) acts.push(act)
    expect(acts.filter((act) => act === 'erasure-begun')).toHaveLength(1)
    expect(races).toBeGreaterThan(20)
  })
})

test('an account that a sign-in stores while its plan is looked at is not missed', async () => {
  const person = await connectHalfWay(fixture, reading.person.tid, 'accounts')
  const [plan] = fixture.tables.rows('schedule').filter(({ rowKey }) => !rowKey.endsWith(account))
  const other = plan?.rowKey.split('.').at(-1) ?? ''
  let isBack = false
  const looking = await startService({
    beside: fixture,
    throughTables: (tables) =>
      beforeRead(tables, async (name) => {
        // The account was not there a moment ago, and its plan is looked at now.
        if (isBack || name !== 'schedule') return
        isBack = true
        await fixture.connect(person)
      }),
  })
  const plannedFor = epochMs(Number(plan?.rowKey.split('.')[0]))
  await looking.service.syncMailbox({ account: other, reason: 'due', plannedFor })
  expect(isBack).toBe(true)
  expect(linesOf(looking, 'account-not-active')).toHaveLength(1)
  expect(linesOf(looking, 'account-head-missing')).toEqual([])
})

describe.each(['keys', 'accounts'] as const)('a sign-in that ended where its %s were to be stored', (where) => {
  const endHalfWay = () => connectHalfWay(fixture, reading.person.tid, where)

  test('goes with what the person has erased', async () => {
    const visitor = await visitMe(fixture.service, await endHalfWay())
    await visitor.press('Erase everything', await visitor.open('/me/erase'))
    await untilErased(fixture)
    expect(members(fixture)).toHaveLength(1)
    expect(leftOf(fixture, account)).not.toEqual([])
  })

  test('leaves nothing when it is never tried again', async () => {
    await endHalfWay()
    await pass(fixture, minutes(90), minutes(5))
    expect(members(fixture)).toEqual([account])
    expect(fixture.tables.rows('keys').filter(({ partitionKey }) => partitionKey.startsWith('acc_'))).toHaveLength(1)
    expect(new Set(fixture.tables.rows('schedule').map(({ rowKey }) => rowKey.split('.')[1]))).toEqual(
      new Set([account]),
    )
  })

  test('leaves nothing of somebody who has connected since but what is theirs', async () => {
    const person = await endHalfWay()
    await fixture.connect(person)
    await pass(fixture, minutes(90), minutes(5))
    expect(members(fixture)).toHaveLength(2)
    expect(linesOf(fixture, 'erasure-begun')).toEqual([])
  })
})
