import { describe, expect, test } from 'vitest'
import type { Action } from '../../../shared/push/action.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import { expectedOf } from '../../../shared/push/expected.ts'
import { action, agreement, KEY, noAgreement, target, times, upsert } from '../../support/push.ts'

const agreed = agreement({ sent: { summary: 'Agreed', times: times() }, settled: 1 })
const remove = (number: number) => action(number, { kind: 'delete', target })
const deleteAll = (number: number, calendars?: readonly string[]) => action(number, { kind: 'delete-all', calendars })
const of = (pending: readonly Action[], known: Agreement | undefined = agreed) =>
  expectedOf(pending, new Map(known ? [[KEY, known]] : []))

describe('an upsert will change', () => {
  test('what it does not only repeat, with what the ones before it change', () => {
    const expected = of([upsert(5, { summary: 'New', times: times() }), upsert(6, { transparency: 'tentative' })])
    expect(expected.get(5)).toMatchObject({ changed: { summary: 'New' }, isRemade: false })
    expect(expected.get(6)?.changed).toEqual({ summary: 'New', transparency: 'tentative' })
    expect([...expected.keys()]).toEqual([5, 6])
  })

  test('nothing where it says what was agreed on, and all it says where there is no agreement', () => {
    const again = upsert(5, { summary: 'Agreed', times: times() })
    expect(of([again]).get(5)).toEqual({ changed: {}, creation: undefined, isRemade: false })
    expect(expectedOf([again], new Map()).get(5)?.changed).toEqual({ summary: 'Agreed', times: times() })
  })

  test('all it says where the agreement has heard of it already, or of a later one', () => {
    const again = upsert(5, { summary: 'Agreed' })
    for (const settled of [5, 6])
      expect(of([again], { ...agreed, settled }).get(5)?.changed).toEqual({ summary: 'Agreed' })
    expect(of([again], { ...agreed, settled: 4 }).get(5)?.changed).toEqual({})
  })
})

describe('an event that is not there is made', () => {
  test('of all that was asked for, then and now', () => {
    const made = of([upsert(5, { summary: 'New' })], noAgreement()).get(5)?.creation
    expect(made).toMatchObject({ summary: 'New' })
    expect(of([upsert(5, { transparency: 'tentative' })]).get(5)?.creation).toMatchObject({
      summary: 'Agreed',
      transparency: 'tentative',
    })
  })

  test('for who only repeats what was asked for when it never was there', () => {
    const never = { ...agreed, providerId: undefined }
    expect(of([upsert(5, { summary: 'Agreed' })], never).get(5)?.creation).toMatchObject({ summary: 'Agreed' })
  })
})

describe('after a deletion', () => {
  const again = upsert(7, { summary: 'Agreed' })

  test.each<[string, Action]>([
    ['of the event', remove(6)],
    ['of everything', deleteAll(6)],
    ['of all in its calendar', deleteAll(6, ['other', target.calendar])],
  ])('%s another one is made of what is asked for from then on', (_of, deletion) => {
    const whole = { changed: { summary: 'Agreed' }, creation: { summary: 'Agreed' }, isRemade: true }
    expect(of([deletion, again]).get(7)).toEqual(whole)
    expect(of([upsert(5, { transparency: 'tentative' }), deletion, again]).get(7)).toEqual(whole)
  })

  test('of all in another calendar it is as it was', () => {
    const expected = of([upsert(5, { transparency: 'tentative' }), deleteAll(6, ['other']), again]).get(7)
    expect(expected).toMatchObject({ changed: { transparency: 'tentative' }, isRemade: false })
  })

  test('of everything an event that is not the integrator’s own is as it was', () => {
    const theirs = { ...target, eventId: undefined, providerId: 'provider-1' }
    const change = (number: number) =>
      action(number, { kind: 'upsert', target: theirs, wanted: { transparency: 'tentative' } })
    expect(of([deleteAll(5), change(6)]).get(6)?.isRemade).toBe(false)
    expect(of([change(5), deleteAll(6), change(7)]).get(7)?.isRemade).toBe(false)
  })

  test('of one event another one is as it was', () => {
    const other = action(7, { kind: 'upsert', target: { ...target, agreement: 'other' }, wanted: { summary: 'X' } })
    expect(of([remove(6), other]).get(7)?.isRemade).toBe(false)
  })
})

test('an answer to an invitation, a deletion, and what is asked for no more come to nothing', () => {
  const respond = action(5, { kind: 'respond', target, response: 'accepted' })
  expect(of([respond, remove(6), deleteAll(7), { ...upsert(8, {}), request: undefined }]).size).toBe(0)
})
