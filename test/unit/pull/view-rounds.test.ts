import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { later, minutes } from '../../../shared/core/time.ts'
import type { ChangedItem, ChangePage } from '../../../shared/pull/ports.ts'
import { NOW, single } from '../../support/pull-account.ts'
import { type Account, changesOf, events, KEY, NEW, pull, started } from '../../support/pulling.ts'

const viewed = (...items: ChangedItem[]): ChangePage => ({ items })
const part = (id: string): ChangedItem => {
  const item = single(id)
  return item.kind === 'event' ? { ...item, event: { ...item.event, kind: 'exception', seriesProviderId: 'S' } } : item
}

/** An account whose calendar is read as a view and holds these. */
async function viewing(...items: ChangedItem[]): Promise<Account> {
  const account = started({ ...NEW, endless: true })
  await pull(account, [viewed(...items)])
  for (const list of [account.commits, account.told]) list.splice(0)
  return account
}

const [a, b, c] = [single('a'), single('b'), single('c')]

describe('an event that a view does not mention', () => {
  test('is there when the next view mentions it, and nobody is told of it', async () => {
    const account = await viewing(a, b, part('o'), part('p'))
    const { isComplete, asked, calendar } = await pull(account, [
      viewed(a, part('o')),
      viewed(a, b, part('o'), part('p')),
    ])
    expect([isComplete, asked]).toEqual([true, ['view from the beginning', 'view from the beginning']])
    expect(changesOf(account)).toEqual([])
    expect(calendar).toMatchObject({ events: 4, dirty: false, progress: undefined, confirming: false })
  })

  test('is gone when the next view does not mention it either', async () => {
    const account = await viewing(a, b, part('o'), part('p'))
    const { calendar } = await pull(account, [viewed(a, part('o')), viewed(a, part('o'))])
    expect(changesOf(account)).toEqual(['delete kb', 'delete kp'])
    expect(calendar).toMatchObject({ events: 2, dirty: false, progress: undefined })
    expect(account.commits.map((one) => [one.calendar.dirty, one.calendar.progress?.after])).toEqual([
      [true, 'missing'],
      [false, undefined],
    ])
  })

  test('but the view before did is left to the next visit', async () => {
    const account = await viewing(a, b, c, part('o'), part('p'))
    const { calendar } = await pull(account, [viewed(a, b, part('o'), part('p')), viewed(a, part('o'))])
    expect(changesOf(account)).toEqual(['delete kc'])
    expect(calendar).toMatchObject({ events: 4, dirty: true, progress: undefined })
    expect((await pull(account, [viewed(a, b, part('o'), part('p'))])).calendar).toMatchObject({ dirty: false })
    expect(changesOf(account)).toEqual(['delete kc'])
  })

  test('is looked for in two whole views: a broken one does not count', async () => {
    const account = await viewing(a, b)
    const broken = new SyncError('CURSOR_EXPIRED', 'too old')
    const { left } = await pull(account, [viewed(a), broken, viewed(a), viewed(a, b)])
    expect([left, changesOf(account)]).toEqual([0, []])
  })

  test('is not looked for again where the window has left it behind', async () => {
    const account = await viewing(a, single('old', { day: -60 }))
    const { left } = await pull(account, [viewed(a)])
    expect([left, changesOf(account)]).toEqual([0, ['forget kold']])
  })

  test('G8: is held with very many others for five minutes, and looked for twice after that', async () => {
    const many = Array.from({ length: 60 }, (_, at) => single(`e${at}`))
    const account = await viewing(...many)
    expect((await pull(account, [viewed(a)])).calendar).toMatchObject({
      confirming: true,
      pullAfter: later(NOW, minutes(5)),
    })
    account.calendars.set(KEY, { ...(await pull(account, [viewed(a)], NOW)).calendar, pullAfter: undefined })
    expect(changesOf(account)).toEqual(['write ka'])
    expect((await pull(account, [viewed(a)])).calendar).toMatchObject({ events: 1, confirming: false })
    expect(events(account)).toEqual(['error mass-deletion-held', 'info calendar-pulled'])
  })
})
