import { isDeepStrictEqual } from 'node:util'
import { readItem } from '../../../../shared/api/batch/item.ts'
import { createSessionCookie } from '../../../../shared/api/browser-session/session-cookie.ts'
import { actionIdOf, parseActionId } from '../../../../shared/api/change/action-id.ts'
import { bodyFields } from '../../../../shared/api/change/fields.ts'
import { parseUpsert } from '../../../../shared/api/change/wanted.ts'
import { ValidationError } from '../../../../shared/api/failure.ts'
import { receiveNotifications } from '../../../../shared/api/graph-notifications.ts'
import { decodePageToken, encodePageToken, type PagePosition } from '../../../../shared/api/read/page-token.ts'
import { parseEventsQuery, parseFreeBusyQuery } from '../../../../shared/api/read/schedule-query.ts'
import { type ApiRequest, bodyParams, readAgain } from '../../../../shared/api/request.ts'
import { epochMs, minutes } from '../../../../shared/core/time.ts'
import { createBlindIndex } from '../../../../shared/crypto/blind-index.ts'
import { accepted, CANARY, holds, holdsData, jsonOf, type ParserTarget } from '../target.ts'

const blind = createBlindIndex(new Uint8Array(32).fill(7))
const NOW = epochMs(Date.UTC(2026, 10, 20))
const BOUNDS = { past: 60, future: 400 }

const request = (more: Partial<ApiRequest>): ApiRequest => ({
  ...{
    method: 'POST',
    url: new URL('https://sync.example/v1/batch'),
    headers: new Headers(),
    params: {},
    requestId: 'r',
  },
  body: readAgain(''),
  ...more,
})

const UPSERT = {
  ...{ event_id: 'fa-1', summary: `Meet ${CANARY}`, description: CANARY, tzid: 'Europe/Copenhagen' },
  start: { time: '2026-11-20T09:30:00', tzid: 'Europe/Copenhagen' },
  end: { time: '2026-11-20T10:30:00', tzid: 'Europe/Copenhagen' },
  location: { description: CANARY, lat: '55.6', long: '12.5' },
  attendees: { invite: [{ email: 'bo@x.example', display_name: CANARY }], remove: [{ email: 'eva@x.example' }] },
  reminders: [{ minutes: 15 }],
  ...{ transparency: 'opaque', event_private: true, color: '#49BED8', url: 'https://x.example/a' },
  conferencing: { profile_id: 'integrated' },
  recurrence: {
    rules: [{ frequency: 'monthly', interval: 2, by_day: [{ day: 'friday', nth_of_period: -1 }], until: '2027-11-26' }],
  },
}

const upsert: ParserTarget = {
  name: 'api-event-body',
  property: 'what is accepted is data; what is refused names fields and repeats nothing that was written',
  seeds: [
    JSON.stringify(UPSERT),
    JSON.stringify({ event_uid: 'evt_1', based_on: 'v1', start: '2026-11-20', end: '2026-11-21' }),
    JSON.stringify({ event_id: 'a', summary: 'x', start: '2026-11-20T09:00:00Z', end: '2026-11-20T10:00:00+01:00' }),
  ],
  words: ['weekly', 'by_month_day', 'count', 'week_start', 'remove', 'transparent', 'html', 'tzid', 'by_set_pos'],
  async check(input) {
    const headers = new Headers({ 'content-type': 'application/json' })
    const fields = await accepted(() => bodyFields(request({ headers, body: readAgain(input) })))
    if (fields === undefined) return
    try {
      holdsData(await accepted(() => parseUpsert(fields)))
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error
    }
  },
}

const query: ParserTarget = {
  name: 'api-query',
  property: 'a query that is accepted is data, its span is one, and its zone is a zone',
  seeds: [
    'from=2026-11-20&to=2026-11-27&tzid=Europe/Copenhagen&calendar_ids[]=cal_1_a&include_deleted=true',
    'last_modified=2026-11-20T09:00:00Z&localized_times=True&include_managed=true&only_managed=false',
    'from=2026-11-20T09:00:00%2B01:00&to=2026-11-20T10:00:00 01:00&include_free=true&include_ids=false',
  ],
  words: ['include_moved', 'include_geo', 'calendar_ids[]', 'tzid=Etc/UTC', '%5B%5D', '2026-11-20T24:00:00Z'],
  async check(input) {
    const search = new URLSearchParams(input)
    for (const read of [parseEventsQuery, parseFreeBusyQuery]) {
      const found = await accepted(() => read(search, BOUNDS, NOW))
      holdsData(found)
      if (found?.from !== undefined && found.to !== undefined) holds(found.from <= found.to, 'the span is none')
      if (found !== undefined) new Intl.DateTimeFormat('en', { timeZone: found.zone })
    }
  },
}

const READER = { accountId: `acc_${'a'.repeat(22)}`, clientId: 'planner' }
const POSITION: PagePosition = {
  query: {
    ...{ zone: 'Europe/Copenhagen', calendars: ['cal_1'], includeDeleted: false, includeMoved: false },
    ...{ managed: 'with', localizedTimes: true, includeGeo: false },
  },
  ...{ page: 2, after: 'event.2026-11.abc', told: [] },
}
const ISSUED = encodePageToken(blind, READER, POSITION)

const pageToken: ParserTarget = {
  name: 'api-page-token',
  property: 'no token but one of ours is accepted, for its own reader alone, and it says what it said',
  seeds: [ISSUED, encodePageToken(blind, { ...READER, clientId: 'other' }, POSITION)],
  words: ['.', '=', '=='],
  async check(input) {
    const read = await accepted(() => decodePageToken(blind, READER, input))
    if (read === undefined) return
    holds(input === ISSUED, 'a token is accepted that was not issued')
    holds(isDeepStrictEqual(read, POSITION), 'a token says something else')
  },
}

const actionId: ParserTarget = {
  name: 'api-action-id',
  property: 'an id that is read is written the same way',
  seeds: [actionIdOf({ number: 0, token: 'abc' }), actionIdOf({ number: 123_456_789, token: 'A-_z' })],
  async check(input) {
    const read = await accepted(() => parseActionId(input))
    if (read !== undefined) holds(actionIdOf(read) === input, `${input} is also ${actionIdOf(read)}`)
  },
}

const form: ParserTarget = {
  name: 'api-form',
  property: 'each name of a form is there once, with the value that any other reader sees',
  seeds: [
    'grant_type=authorization_code&code=abc&redirect_uri=https%3A%2F%2Fx.example',
    '{"grant_type":"refresh_token"}',
  ],
  words: ['client_id', '[]', '+', '%E2%82%AC', '&&', '=='],
  async check(input) {
    for (const type of ['application/x-www-form-urlencoded', 'application/json']) {
      const headers = new Headers({ 'content-type': type })
      const params = await accepted(() => bodyParams(request({ headers, body: readAgain(input) }), 64 * 1024))
      if (params === undefined || type === 'application/json') continue
      for (const [name, value] of params)
        holds(isDeepStrictEqual(new URLSearchParams(input).getAll(name), [value]), `${name} has two values`)
    }
  },
}

const cookie: ParserTarget = {
  name: 'api-cookie',
  property: 'a cookie is read only when exactly one has its name and the form of a token',
  seeds: [`a=b; __Host-fas-session=${'t'.repeat(43)}; c=d`, `__Host-fas-session=${'t'.repeat(43)}`],
  words: ['__Host-fas-session=', '; ', 't'.repeat(43)],
  check(input) {
    const headers = new Headers()
    try {
      headers.set('cookie', input)
    } catch {
      return // no server hands such a header on
    }
    const token = createSessionCookie(true, minutes(30)).read(request({ headers }))
    holds(token === undefined || /^[\w-]{43}$/.test(token), 'what is read is no token')
    const named = input.split(';').filter((pair) => pair.trim().split('=')[0] === '__Host-fas-session')
    holds(token === undefined || named.length === 1, 'one of two cookies is chosen')
  },
}

const item: ParserTarget = {
  name: 'api-batch-item',
  property: 'an item of a batch asks for an address of ours, with its own method',
  seeds: [
    JSON.stringify({ method: 'POST', relative_url: '/v1/calendars/cal_1/events', data: UPSERT }),
    JSON.stringify({ method: 'GET', relative_url: '/v1/events?from=2026-11-20' }),
  ],
  words: ['DELETE', '//evil.example/v1/events', '/v1/../v1/events', '/v1/batch', '\\', '#', '@'],
  async check(input) {
    const asked = await accepted(() => readItem(jsonOf(input), request({})))
    if (asked === undefined) return
    holds(asked.request.url.origin === 'https://sync.example', 'it leads elsewhere')
    holds(asked.route.methods.includes(asked.request.method), 'the method is not of the address')
  },
}

const ISSUED_STATE = 'genuine'
const notifications: ParserTarget = {
  name: 'graph-notifications',
  property: 'only a notification with a client state of ours wakes anybody',
  seeds: [
    JSON.stringify({
      value: [{ subscriptionId: 's', changeType: 'updated', clientState: ISSUED_STATE, resource: CANARY }],
    }),
    JSON.stringify({ value: [{ lifecycleEvent: 'missed', clientState: ISSUED_STATE }, { clientState: 'forged' }] }),
  ],
  words: ['reauthorizationRequired', 'subscriptionRemoved', ISSUED_STATE, 'value'],
  async check(input) {
    const woken: unknown[] = []
    const known = { account: READER.accountId, calendar: 'c'.repeat(22) }
    await accepted(() =>
      receiveNotifications(
        {
          clientStates: { issue: () => ISSUED_STATE, verify: (state) => (state === ISSUED_STATE ? known : undefined) },
          waker: { wake: async (wakeUps) => void woken.push(...wakeUps) },
          log: (_, __, facts) => holds(!JSON.stringify(facts ?? {}).includes(CANARY), 'the log repeats a resource'),
        },
        request({ body: readAgain(input) }),
      ),
    )
    holds(woken.length === 0 || input.includes(ISSUED_STATE) || input.includes('\\u'), 'a forged one wakes somebody')
    holds(woken.length <= 2, 'one calendar is woken more than once for a reason')
  },
}

export const API: readonly ParserTarget[] = [upsert, query, pageToken, actionId, form, cookie, item, notifications]
