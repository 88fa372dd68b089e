import { describe, expect, test } from 'vitest'
import { firstPage } from '../../../shared/api/read/events.ts'
import { createOverlay } from '../../../shared/api/read/overlay.ts'
import { loadWishes } from '../../../shared/api/read/wishes.ts'
import { epochMs } from '../../../shared/core/time.ts'
import type { ActionRequest } from '../../../shared/push/action.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import type { AccountState } from '../../../shared/storage/accounts/accounts.ts'
import type { EventRow } from '../../../shared/storage/accounts/kinds.ts'
import { action, agreement, content, KEY, target, times } from '../../support/push.ts'

const row = (number: number, more: Partial<EventRow> = {}): EventRow => ({
  ...{ calendar: 'calendar', key: `key ${number}`, deleted: false, moved: false, modifiedAt: epochMs(0) },
  event: { ...content({ summary: `Event ${number}` }), providerId: `${number}`, etag: '', kind: 'single' },
  ...more,
})

const managed = (number: number, eventId: string, integrator = 'sample') =>
  row(number, { managed: { integrator, eventId } })

const external = (number: number) => ({
  ...{ agreement: `agreement ${number}`, calendar: 'calendar', providerId: `${number}` },
})

/** Our name for a provider id, which is an HMAC; each time it is asked for is counted. */
function names() {
  const asked: string[] = []
  const keyOf = (providerId: string) => {
    asked.push(providerId)
    return `key ${providerId}`
  }
  return { asked, keyOf }
}

const told = (
  rows: readonly EventRow[],
  requests: readonly ActionRequest[],
  creating: readonly string[] = [],
  agreements: readonly Agreement[] = [],
) => {
  const pending = requests.map((request, at) => action(at + 1, request, { settledBefore: 0 }))
  const overlay = createOverlay(pending, { integrator: 'sample', keyOf: names().keyOf })
  const known = new Map(agreements.map((one) => [one.key, one]))
  return overlay
    .show(rows, known, new Set(creating))
    .map(
      ({ event, deleted, isNew, pending }) =>
        `${event.summary}${deleted ? ' deleted' : ''}${isNew ? ' new' : ''} ${pending?.number ?? '-'}`,
    )
}

/** Before any of the actions. */
const agreed = (more: Partial<Agreement> = {}) => agreement({ sentBy: {}, storedBy: 0, settled: 0, ...more })

const wanted = { summary: 'Wanted', times: times() }

describe('what is pending', () => {
  test('makes the name of an event once for each action, however many events are read', () => {
    const { asked, keyOf } = names()
    const pending = [1, 2, 3].map((number) => action(number, { kind: 'delete', target: external(number) }))
    const overlay = createOverlay(pending, { integrator: 'sample', keyOf })
    const rows = Array.from({ length: 500 }, (_, number) => row(number))
    for (let slice = 0; slice < 5; slice++)
      expect(overlay.show(rows, new Map(), new Set()).filter(({ deleted }) => deleted)).toHaveLength(3)
    expect(asked).toEqual(['1', '2', '3'])
  })

  test('shows on the events it is about, in the order of its acceptance', () => {
    const own = managed(2, 'fa-1')
    const upsert: ActionRequest = { kind: 'upsert', target, wanted: { summary: 'Later' } }
    expect(
      told(
        [row(1), own, managed(3, 'fa-1', 'other'), row(4)],
        [
          { kind: 'delete', target: external(1) },
          { kind: 'upsert', target, wanted },
          upsert,
          { kind: 'upsert', target: external(4), wanted: { summary: 'Theirs' } },
          { kind: 'respond', target: { ...external(4), calendar: 'elsewhere' }, response: 'declined' },
        ],
      ),
    ).toEqual(['Event 1 deleted 1', 'Later 3', 'Event 3 -', 'Theirs 4'])
  })

  test('makes events that may be told already, and takes the place of one that it deleted', () => {
    const make: ActionRequest = { kind: 'upsert', target, wanted }
    const remove: ActionRequest = { kind: 'delete', target }
    expect(told([], [make])).toEqual([])
    expect(told([row(1)], [make, make], [target.agreement])).toEqual(['Event 1 -', 'Wanted new 2'])
    expect(told([managed(1, 'fa-1')], [remove, make], [target.agreement])).toEqual(['Wanted new 2'])
    expect(told([], [make, remove], [target.agreement])).toEqual(['Wanted deleted new 2'])
    expect(told([], [make, { kind: 'delete-all' }], [target.agreement])).toEqual(['Wanted deleted new 2'])
  })

  test('of everything of its own leaves other calendars, and what others made', () => {
    const elsewhere = row(4, { calendar: 'elsewhere', managed: { integrator: 'sample', eventId: 'fa-4' } })
    const rows = [row(1), managed(2, 'fa-2'), managed(3, 'fa-3', 'other'), elsewhere]
    const all = ['Event 1 -', 'Event 2 deleted 1', 'Event 3 -', 'Event 4 deleted 1']
    expect(told(rows, [{ kind: 'delete-all' }])).toEqual(all)
    const some = ['Event 1 -', 'Event 2 deleted 1', 'Event 3 -', 'Event 4 -']
    expect(told(rows, [{ kind: 'delete-all', calendars: ['calendar'] }])).toEqual(some)
  })

  test("of another integrator's, or without a request any more, shows nowhere", () => {
    const request: ActionRequest = { kind: 'delete', target: external(1) }
    const pending = [
      action(1, request, { integrator: 'other' }),
      action(2, request, { state: 'applied' }),
      action(3, request, { request: undefined }),
    ]
    const overlay = createOverlay(pending, { integrator: 'sample', ...names() })
    expect(overlay.show([row(1)], new Map(), new Set())).toEqual([row(1)])
    expect(overlay.about([row(1)])).toEqual([])
  })

  test('changes nothing that it only repeats, and makes nothing of it that somebody has deleted', () => {
    const repeated: ActionRequest = { kind: 'upsert', target, wanted: { summary: 'Agreed', times: times() } }
    const own = managed(1, 'fa-1')
    expect(told([own], [repeated], [], [agreed()])).toEqual(['Event 1 1'])
    expect(told([own], [repeated], [], [agreed({ sent: { summary: 'Other' } })])).toEqual(['Agreed 1'])
    expect(told([{ ...own, deleted: true }], [repeated], [KEY], [agreed()])).toEqual(['Event 1 deleted -'])
    const renamed: ActionRequest = { kind: 'upsert', target, wanted: { summary: 'Renamed' } }
    expect(told([{ ...own, deleted: true }], [repeated, renamed], [KEY], [agreed()])).toEqual(['Renamed new 2'])
  })

  test('is what a later one repeats of an earlier one, and all of it after a deletion', () => {
    const first: ActionRequest = { kind: 'upsert', target, wanted: { summary: 'First' } }
    const again: ActionRequest = { kind: 'upsert', target, wanted: { summary: 'Agreed', times: times() } }
    const own = managed(1, 'fa-1')
    expect(told([own], [first, again], [], [agreed()])).toEqual(['Agreed 2'])
    for (const remove of [{ kind: 'delete', target }, { kind: 'delete-all' }] as const)
      expect(told([own], [remove, again], [KEY], [agreed()])).toEqual(['Agreed new 2'])
    const elsewhere: ActionRequest = { kind: 'delete-all', calendars: ['elsewhere'] }
    expect(told([own], [elsewhere, again], [KEY], [agreed()])).toEqual(['Event 1 2'])
  })

  test('counts as a wish where the agreement has heard of it already, and the events may not have', () => {
    const late: ActionRequest = { kind: 'upsert', target, wanted: { summary: 'Agreed' } }
    expect(told([managed(1, 'fa-1')], [late], [], [agreement({ settled: 1 })])).toEqual(['Agreed 1'])
  })

  test('asks for the agreements of the events that it would change', () => {
    const pending = [
      action(1, { kind: 'upsert', target, wanted }),
      action(2, { kind: 'upsert', target: { ...external(2), agreement: 'of 2' }, wanted }),
      action(3, { kind: 'upsert', target: external(3), wanted }),
      action(4, { kind: 'delete', target: external(2) }),
    ]
    const overlay = createOverlay(pending, { integrator: 'sample', keyOf: names().keyOf })
    expect(overlay.about([managed(1, 'fa-1'), row(2), managed(4, 'fa-1', 'other')])).toEqual([KEY, 'of 2'])
  })
})

describe('the agreements that a reading asks for', () => {
  const day = 24 * 3_600_000
  const [{ at: start }] = [times().start]
  /** One event of its own a day, wished for in this order, and one that only says something else. */
  const pending = Array.from({ length: 30 }, (_, number) =>
    action(number + 1, {
      kind: 'upsert',
      target: { ...target, agreement: `agreement ${number}`, eventId: `fa-${number}` },
      wanted: { summary: `Own ${number}`, ...(number < 29 && { times: times(number * 24) }) },
    }),
  )
  const kept = { from: start, to: epochMs(start + 30 * day) }
  const asked = async (span: Parameters<typeof loadWishes>[4]) => {
    const agreements: string[] = []
    await loadWishes(
      {
        actions: { pending: async () => pending },
        ownEvents: {
          agreed: async (_account, keys) => {
            agreements.push(...keys)
            return new Map()
          },
        },
        events: { find: () => Promise.reject(new Error('nobody asks')), monthsOf: async () => undefined },
        blind: { token: () => '', mac: () => new Uint8Array() },
      },
      { accountId: 'acc_1', clientId: 'sample' },
      firstPage({ managed: 'with' } as Parameters<typeof firstPage>[0]),
      { hasPending: true, head: { settledActions: 0 } } as AccountState,
      span,
    )
    return agreements
  }

  test('are those of wishes that may come into its span', async () => {
    const from = epochMs(start + 10 * day)
    expect(await asked({ from, to: epochMs(from + day), kept })).toEqual(
      [9, 10, 11].map((number) => `agreement ${number}`),
    )
    expect(await asked({ kept })).toHaveLength(29)
  })

  test('are none where one event is read', async () => {
    expect(await asked(undefined)).toEqual([])
  })
})
