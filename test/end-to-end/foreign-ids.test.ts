import { beforeAll, describe, expect, test } from 'vitest'
import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import { findRoute, ROUTES } from '../../shared/api/routes.ts'
import { SIZES } from '../faults/sizes.ts'
import type { Answer, Call } from '../support/api.ts'
import { type Connection, PLANNER } from '../support/authorization.ts'
import { seededRandom } from '../support/graph-stand-in.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const CANARY = 'canary-of-anna'
const random = seededRandom(404)
const below = (n: number) => Buffer.from(random.bytes(4)).readUInt32BE() % n
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T

let fixture: ServiceFixture
/** Ids of Anna's things, and of what another integrator asked for her: nobody below may do anything with them. */
let foreign: readonly string[]
/** A calendar of his own, so that a foreign id inside a body is looked at. */
let mine: string
let bo: Connection
let before: string

const mailboxOf = (name: string) => {
  const person = [...fixture.world.people.values()].find(({ displayName }) => displayName === name)
  return fixture.world.mailboxOf(person?.oid ?? '')
}
const held = () => JSON.stringify([...mailboxOf('Anna Canary').calendar().store.items.values()])

beforeAll(async () => {
  fixture = await startService()
  const { person } = fillMailbox(fixture.world, MailboxOrder.parse({ displayName: 'Anna Canary', singles: 2_050 }))
  const anna = await fixture.connect(person)
  const [organisation] = fixture.world.organisations.values()
  const other = fixture.world.addPerson({ tid: organisation?.tid ?? '', displayName: 'Bo Berg' })
  bo = await fixture.connect(other, PLANNER)
  await fixture.settle()
  foreign = await idsOf(anna)
  const listed = (await bo.get('/v1/calendars')).body['calendars'] as { calendar_id: string }[]
  mine = listed[0]?.calendar_id ?? ''
  before = held()
})

/** Everything of a person that the API names. */
async function idsOf(anna: Connection): Promise<readonly string[]> {
  const calendars = (await anna.get('/v1/calendars')).body['calendars'] as { calendar_id: string; profile_id: string }[]
  const { calendar_id = '', profile_id = '' } = calendars[0] ?? {}
  const meeting = { start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z' }
  const sent = await anna.send('POST', `/v1/calendars/${calendar_id}/events`, {
    event_id: 'own',
    summary: CANARY,
    ...meeting,
  })
  await fixture.settle()
  const { events, pages } = (await anna.get('/v1/events?tzid=Etc/UTC&include_managed=true')).body as {
    events: { event_uid: string }[]
    pages: { next_page: string }
  }
  const { account } = (await anna.get('/v1/account')).body as { account: { account_id: string } }
  const uids = events.slice(0, 20).map(({ event_uid }) => event_uid)
  const [action, page] = [sent.action, pages.next_page].map((address) => address.split('/').at(-1) ?? '')
  return [calendar_id, profile_id, account.account_id, action ?? '', page ?? '', 'own', ...uids]
}

const ODD = [
  '..',
  '%2e%2e',
  '%00',
  "'",
  '"',
  '%',
  'null',
  '0',
  '-1',
  '*',
  '{}',
  '%F0%9F%92%A9',
  'a'.repeat(3000),
  '__proto__',
]
const CHARACTERS = 'abcXYZ0189_-.~%/ \u00e6'

function mutated(id: string): string {
  const at = below(id.length + 1)
  const character = CHARACTERS[below(CHARACTERS.length)] ?? ''
  return pick([
    id.slice(0, at) + character + id.slice(at + 1),
    id.slice(0, at),
    id + character,
    id.toUpperCase(),
    id.replace(/^[a-z]+_/, pick(['cal_', 'evt_external_', 'act_', 'ser_', ''])),
  ])
}

const randomId = () =>
  pick(['cal_', 'evt_external_', 'act_1_', 'pro_', 'acc_', '']) +
  Buffer.from(random.bytes(below(24))).toString('base64url')

const anId = (): string =>
  pick([randomId, () => pick(foreign), () => pick(foreign), () => mutated(pick(foreign)), () => pick(ODD)])()

function aCall(): Call {
  const template = pick(Object.keys(ROUTES).filter((one) => one !== 'v1/batch'))
  const method = pick(['GET', 'POST', 'DELETE', ...(ROUTES[template] ?? [])])
  const idIn = (name: string) => (name === '{calendar_id}' && below(3) === 0 ? mine : anId())
  const path = `/${template.replace(/\{\w+\}/g, (name) => pick([(id: string) => id, encodeURIComponent])(idIn(name)))}`
  const query = pick([
    '',
    '?tzid=Etc/UTC',
    `?tzid=Etc/UTC&calendar_ids[]=${encodeURIComponent(anId())}`,
    `?tzid=${encodeURIComponent(anId())}`,
  ])
  const body = pick<object>([
    { event_id: anId(), summary: 'x', start: '2026-12-01', end: '2026-12-02' },
    { event_uid: anId(), summary: 'x' },
    { event_uid: anId() },
    { calendar_ids: [anId()] },
    { status: 'accepted' },
    { event_id: { id: anId() } },
  ])
  return method === 'GET' ? { method, path: path + query } : { method, path, body }
}

const canBeAsked = ({ path }: Call) => URL.canParse(path, 'http://localhost')

/** Takes no body, and ignores one. */
const BODILESS = 'v1/link_tokens'

/** Whether what is said of the ids of Anna, or of her events, is anything. */
function problemOf(call: Call, { status, body }: Pick<Answer, 'status' | 'body'>): string | undefined {
  const said = `${call.method} ${call.path} ${JSON.stringify(call.body)} -> ${status}`
  if (status >= 500) return said
  if (JSON.stringify(body ?? '').includes(CANARY) || JSON.stringify(body ?? '').includes('Anna')) return `told: ${said}`
  const { params = {}, template = '' } = findRoute(new URL(call.path, 'http://localhost').pathname) ?? {}
  if (template === BODILESS) return undefined
  const { event_uid, calendar_ids } = (call.body ?? {}) as { event_uid?: string; calendar_ids?: string[] }
  const named = [...Object.values(params), event_uid, ...(call.method === 'GET' ? [] : (calendar_ids ?? []))]
  const isForeign = named.some((id) => id !== undefined && foreign.includes(id))
  return isForeign && status < 400 ? `done: ${said}` : undefined
}

const { ids: IDS } = SIZES.A4.here

describe('A4: of random, mutated and foreign ids', () => {
  test('none gets a 5xx or anything of another account, at any address', async () => {
    const problems: (string | undefined)[] = []
    for (let n = 0; n < IDS; n++) {
      const call = aCall()
      if (canBeAsked(call)) problems.push(problemOf(call, await bo.call(call)))
    }
    expect(problems.filter((problem) => problem !== undefined)).toEqual([])
    expect(problems.length).toBeGreaterThan(0.95 * IDS)
  })

  test('none does within batches', async () => {
    const problems: (string | undefined)[] = []
    for (let n = 0; n < 40; n++) {
      const calls = Array.from({ length: 50 }, aCall).filter(canBeAsked)
      const batch = calls.map(({ method, path, body }) => ({ method, relative_url: path, data: body }))
      const answer = await bo.call({ method: 'POST', path: '/v1/batch', body: { batch } })
      expect(answer.status).toBe(207)
      const items = (answer.body as { batch: { status: number; data?: unknown }[] }).batch
      problems.push(...items.map(({ status, data }, at) => problemOf(calls[at] as Call, { status, body: data })))
    }
    expect(problems.filter((problem) => problem !== undefined)).toEqual([])
  })

  test('and nothing has become of what they name', async () => {
    await fixture.settle()
    expect(held()).toBe(before)
  })
})
