import { expect, test } from 'vitest'
import { createChangeApi } from '../../../shared/api/change/change-api.ts'
import { apiFailure } from '../../../shared/api/failure.ts'
import type { ApiRequest } from '../../../shared/api/request.ts'
import { asSyncError, SyncError } from '../../../shared/core/errors.ts'
import { epochMs } from '../../../shared/core/time.ts'
import type { Grant } from '../../../shared/integrators/grant.ts'
import type { Scope } from '../../../shared/integrators/scopes.ts'
import type { Action, ActionRequest } from '../../../shared/push/action.ts'
import type { Changes, EventName, Requester } from '../../../shared/push/changes.ts'

const CALENDAR = 'c'.repeat(22)
const KEY = 'k'.repeat(22)
const EVENTS = { calendar_id: `cal_${CALENDAR}` }
const MEETING = { ...EVENTS, event_uid: `evt_external_${KEY}` }
const NEW = { event_id: 'fa-1', summary: 'Board', start: '2026-11-20T09:00:00Z', end: '2026-11-20T10:00:00Z' }

/** Changes of one calendar that are accepted and stay pending; `calls` is what was asked, by whom. */
function createChanges() {
  const actions: Action[] = []
  const calls: unknown[] = []

  function accept({ integrator }: Requester, request: Omit<ActionRequest, 'target'>, event?: EventName): Action {
    const number = actions.length + 40
    const eventId = event && 'eventId' in event ? event.eventId : undefined
    const action: Action = {
      acceptedAt: epochMs(Date.parse('2026-11-20T08:00:00.250Z')),
      settledBefore: 0,
      tries: 0,
      number,
      token: `token-${number}`,
      integrator,
      state: 'pending',
      kind: request.kind,
      eventId,
      overruled: [],
    }
    actions.push(action)
    return action
  }
  const known = (calendar: string) => {
    if (calendar !== CALENDAR) throw new SyncError('NOT_FOUND', 'no such calendar')
  }
  const changes: Changes = {
    async upsert(who, calendar, event, wanted, basedOn) {
      known(calendar)
      if (wanted.summary === 'too large for a row') throw new SyncError('VALIDATION_FAILED', 'does not fit')
      calls.push({ who, event, wanted, basedOn })
      return accept(who, { kind: 'upsert' }, event)
    },
    async delete(who, calendar, event) {
      known(calendar)
      calls.push({ who, event })
      return 'eventId' in event && event.eventId === 'nobody' ? undefined : accept(who, { kind: 'delete' }, event)
    },
    async deleteAll(who, calendars) {
      for (const calendar of calendars ?? []) known(calendar)
      calls.push({ who, calendars: calendars ?? 'all' })
      return accept(who, { kind: 'delete-all' })
    },
    async respond(who, calendar, key, response) {
      known(calendar)
      calls.push({ who, key, response })
      return accept(who, { kind: 'respond' })
    },
    async action({ integrator }, number, token) {
      const found = actions.find((one) => one.number === number && one.token === token && one.integrator === integrator)
      if (found === undefined) throw new SyncError('NOT_FOUND', 'no such action')
      return found
    },
  }
  return { changes, actions, calls }
}

interface Asked {
  readonly params?: Record<string, string>
  readonly body?: unknown
  readonly text?: string
  readonly query?: string
  readonly type?: string
  readonly clientId?: string
}

/** The API for an integrator with these scopes, as the Functions host calls it. */
function start(scopes: readonly Scope[] = ['read_write', 'change_participation_status'], unrestricted = false) {
  const { changes, actions, calls } = createChanges()
  const authenticate = async ({ headers }: ApiRequest) =>
    ({ accountId: 'acc_anna', clientId: headers.get('x-client'), scopes, unrestricted }) as Grant
  const api = createChangeApi({
    authenticate,
    changes,
    audit: { read: async () => undefined },
    publicUrl: 'https://sync.example',
  })

  async function call(name: keyof typeof api, { params = {}, body, text, query = '', type, clientId }: Asked) {
    const sent = text ?? (body === undefined ? '' : JSON.stringify(body))
    const headers = new Headers({ 'content-type': type ?? 'application/json', 'x-client': clientId ?? 'planner' })
    const url = new URL(`https://sync.example/v1/x${query}`)
    const request = { method: 'POST', url, headers, params, requestId: 'r', body: limited(sent) }
    const answer = await api[name](request).catch((error: unknown) => apiFailure(asSyncError(error), 'r'))
    const { status, headers: answered, body: answer_ } = await answer
    return { status, location: answered['location'], body: answer_ === '' ? undefined : JSON.parse(answer_) }
  }
  return { call, calls, actions }
}

const limited = (text: string) => async (limitBytes: number) => {
  if (Buffer.byteLength(text) > limitBytes) throw new SyncError('REQUEST_TOO_LARGE', 'too large')
  return text
}

const WHO = { account: 'acc_anna', integrator: 'planner', unrestricted: false }

test('an event is accepted with the address of its action, for whoever asked', async () => {
  const { call, calls } = start(['create_event'], true)
  const answer = await call('upsert', { params: EVENTS, body: { ...NEW, based_on: 'v7' } })
  expect(answer).toEqual({ status: 202, location: 'https://sync.example/v1/actions/act_14_token-40', body: undefined })
  expect(calls).toMatchObject([
    { who: { ...WHO, unrestricted: true }, event: { eventId: 'fa-1' }, wanted: { summary: 'Board' }, basedOn: 'v7' },
  ])
})

test('a form does for an event that needs no nesting', async () => {
  const { call, calls } = start()
  const text = new URLSearchParams({ ...NEW, event_private: 'True' }).toString()
  expect(await call('upsert', { params: EVENTS, text, type: 'application/x-www-form-urlencoded' })).toMatchObject({
    status: 202,
  })
  expect(calls).toMatchObject([{ wanted: { summary: 'Board', sensitivity: 'private' } }])
})

test.each([
  ['an event id', { body: { event_id: 'fa-1' } }, { eventId: 'fa-1' }],
  ['an event uid', { body: { event_uid: MEETING.event_uid } }, { key: KEY }],
  ['a form', { text: 'event_id=fa-1', type: 'application/x-www-form-urlencoded' }, { eventId: 'fa-1' }],
  ['a query', { body: {}, query: '?event_id=fa-1' }, { eventId: 'fa-1' }],
])('a deletion names its event by %s', async (_, asked, event) => {
  const { call, calls } = start()
  expect(await call('delete', { params: EVENTS, ...asked })).toMatchObject({ status: 202 })
  expect(calls).toEqual([{ who: WHO, event }])
})

test('deleting what is not there is accepted, without an action', async () => {
  const { call } = start()
  expect(await call('delete', { params: EVENTS, body: { event_id: 'nobody' } })).toEqual({ status: 202 })
})

test.each([
  ['all in the body', { body: { delete_all: true } }, 'all'],
  ['all in the query', { body: {}, query: '?delete_all=True' }, 'all'],
  ['calendars in the body', { body: { calendar_ids: [EVENTS.calendar_id, EVENTS.calendar_id] } }, [CALENDAR]],
  ['calendars in the query', { query: `?calendar_ids%5B%5D=${EVENTS.calendar_id}` }, [CALENDAR]],
  ['one calendar', { query: `?delete_all=False&calendar_ids=${EVENTS.calendar_id}` }, [CALENDAR]],
])('many events are deleted: %s', async (_, asked, calendars) => {
  const { call, calls } = start()
  expect(await call('deleteMany', asked)).toMatchObject({ status: 202 })
  expect(calls).toEqual([{ who: WHO, calendars }])
})

test('an answer to an invitation is accepted', async () => {
  const { call, calls } = start(['change_participation_status'])
  expect(await call('respond', { params: MEETING, body: { status: 'declined' } })).toMatchObject({ status: 202 })
  expect(calls).toEqual([{ who: WHO, key: KEY, response: 'declined' }])
})

test.each([
  ['upsert', EVENTS, NEW, ['create_event', 'read_write', 'write_only', 'free_busy_write']],
  ['delete', EVENTS, { event_id: 'a' }, ['delete_event', 'read_write', 'write_only', 'free_busy_write']],
  ['deleteMany', {}, { delete_all: true }, ['delete_event', 'read_write', 'write_only', 'free_busy_write']],
  ['respond', MEETING, { status: 'accepted' }, ['change_participation_status']],
] as const)('%s needs a scope that allows it', async (name, params, body, allowing) => {
  const all = [
    'read_events',
    'create_event',
    'delete_event',
    'change_participation_status',
    'read_write',
    'read_only',
    'free_busy',
  ] as const
  for (const scope of new Set([...all, ...allowing])) {
    const { status } = await start([scope]).call(name, { params, body })
    expect([scope, status]).toEqual([scope, (allowing as readonly string[]).includes(scope) ? 202 : 403])
  }
})

test.each([
  ['a bad calendar id', 'upsert', { params: { calendar_id: 'cal_1' }, body: NEW }, 404],
  ['an unknown calendar', 'upsert', { params: { calendar_id: `cal_${'x'.repeat(22)}` }, body: NEW }, 404],
  ['a bad event uid in the address', 'respond', { params: { ...EVENTS, event_uid: 'x' }, body: {} }, 404],
  ['a body above 64 KiB', 'upsert', { params: EVENTS, text: `"${'x'.repeat(65_536)}"` }, 413],
  ['a body that is no JSON', 'upsert', { params: EVENTS, text: '{' }, 400],
  ['a body that is a list', 'upsert', { params: EVENTS, body: [] }, 400],
  ['no body', 'upsert', { params: EVENTS }, 422],
  ['a name twice in a form', 'delete', { params: EVENTS, query: '?event_id=a&event_id=b' }, 400],
  ['a name in both', 'delete', { params: EVENTS, body: { event_id: 'a' }, query: '?event_id=b' }, 400],
  ['an unknown answer', 'respond', { params: MEETING, body: { status: 'needs_action' } }, 422],
  ['a bad action id', 'action', { params: { id: 'act_01_x' } }, 404],
] as const)('%s is refused, and nothing is stored', async (_, name, asked, status) => {
  const { call, calls } = start()
  expect([(await call(name, asked)).status, calls]).toEqual([status, []])
})

test('an event that does not fit into a row is refused in the shape of a bad field', async () => {
  const { call } = start()
  expect(await call('upsert', { params: EVENTS, body: { ...NEW, summary: 'too large for a row' } })).toMatchObject({
    status: 422,
    body: { errors: { base: [{ key: 'errors.too_long' }] } },
  })
})

const idOf = (location: string | undefined): string => location?.split('/').at(-1) ?? ''

test('the outcome of an action is told at its address, to its integrator only', async () => {
  const { call } = start()
  const { location } = await call('upsert', { params: EVENTS, body: NEW })
  const params = { id: idOf(location) }
  expect(await call('action', { params })).toMatchObject({
    status: 200,
    body: {
      action: {
        action_id: 'act_14_token-40',
        kind: 'upsert',
        state: 'pending',
        event_id: 'fa-1',
        accepted_at: '2026-11-20T08:00:00Z',
        overruled: [],
      },
    },
  })
  expect((await call('action', { params, clientId: 'other' })).status).toBe(404)
  expect((await call('action', { params: { id: `${params.id}x` } })).status).toBe(404)
})

test.each([
  ['read_write', [{ field: 'start', value: 'ten' }]],
  ['create_event', [{ field: 'start' }]],
] as const)('with %s what was overruled is told as far as it may be read', async (scope, overruled) => {
  const { call, actions } = start([scope])
  await call('upsert', { params: EVENTS, body: NEW })
  actions.push({ ...(actions.pop() as Action), overruled: [{ field: 'times', value: 'ten' }] })
  expect((await call('action', { params: { id: 'act_14_token-40' } })).body.action).toMatchObject({ overruled })
})
