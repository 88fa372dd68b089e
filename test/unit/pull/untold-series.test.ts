import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { untoldAfter } from '../../../shared/pull/untold-series.ts'
import { master, NOW, single, sparse } from '../../support/pull-account.ts'
import { changesOf, DEADLINE, events, last, more, pull, started } from '../../support/pulling.ts'

describe('after a page', () => {
  test.each([
    ['a series beside its occurrences is told', more('1', sparse('a', 's'), master('s')), [], [], []],
    ['one may be told by the next page', more('1', sparse('a', 's'), sparse('b', 's')), [], ['s'], []],
    ['one that the next page tells is told', more('2', master('s'), sparse('c', 't')), ['s'], ['t'], []],
    ['one that it does not tell is missing', more('2', single('x')), ['s'], [], ['s']],
    ['one that it goes on without is missing once', more('2', sparse('b', 's')), ['s'], [], ['s']],
    ['a page of nothing says nothing', more('2'), ['s'], ['s'], []],
    ['there is no next page after the last', last(sparse('b', 't')), ['s'], [], ['s', 't']],
    ['the last page may be one of nothing', last(), ['s'], [], ['s']],
  ])('%s', (_, page, before, awaited, missing) => {
    expect(untoldAfter(page, before)).toEqual({ awaited, missing })
  })
})

const asSeries = (id: string, summary: string) => {
  const item = master(id, { summary })
  if (item.kind !== 'series') throw new Error('it is none')
  return item.master
}

describe('a series that no page tells', () => {
  test('is asked for, and its occurrences say what it says', async () => {
    const account = started()
    const { asked, calendar } = await pull(account, [last(sparse('a', 's'), sparse('b', 's', { day: 1 }))], DEADLINE, {
      s: asSeries('s', 'Rehearsal'),
    })
    expect(asked).toEqual(['changes from the beginning', 'series s of provider-calendar'])
    expect([calendar.events, changesOf(account)]).toEqual([2, ['write ka', 'write kb']])
  })

  test('is asked for where the next page was left for another visit', async () => {
    const account = started()
    const first = await pull(account, [more('1', sparse('a', 's'))], NOW)
    expect([first.asked, first.calendar.progress?.awaited]).toEqual([['changes from the beginning'], ['s']])
    const second = await pull(account, [last(single('x'))], DEADLINE, { s: asSeries('s', 'Rehearsal') })
    expect(second.asked).toEqual(['changes 1', 'series s of provider-calendar'])
    expect(second.calendar.events).toBe(2)
  })

  test('is not asked for where the next page tells it', async () => {
    const account = started()
    const { asked, calendar } = await pull(account, [more('1', sparse('a', 's')), more('2'), last(master('s'))])
    expect([asked, calendar.events]).toEqual([['changes from the beginning', 'changes 1', 'changes 2'], 1])
  })

  test.each(['ITEM_GONE', 'MICROSOFT_REFUSED', 'MICROSOFT_UNEXPECTED_SHAPE'] as const)(
    'and is not to be had (%s) leaves its occurrences waiting, and the log says so',
    async (code) => {
      const account = started()
      const { isComplete } = await pull(account, [last(sparse('a', 's'), single('x'))], DEADLINE, {
        s: new SyncError(code, 'no', { facts: { status: 404 } }),
      })
      expect([isComplete, changesOf(account)]).toEqual([true, ['write kx']])
      expect(events(account)).toEqual(['warn series-unread', 'info calendar-pulled'])
      expect(account.told[0]?.[2]).toMatchObject({ code, status: 404 })
    },
  )

  test('and is none any more says nothing', async () => {
    const account = started()
    await pull(account, [last(sparse('a', 's'))], DEADLINE, { s: undefined })
    expect([changesOf(account), events(account)]).toEqual([[], ['info calendar-pulled']])
  })

  test('ends the visit where the mailbox fails', async () => {
    const error = new SyncError('MICROSOFT_THROTTLED', 'no')
    await expect(pull(started(), [last(sparse('a', 's'))], DEADLINE, { s: error })).rejects.toBe(error)
  })
})
