import type { Caller, Deliver } from '../../infra/local/microsoft365/graph/context.ts'
import { type Faults, noFaults } from '../../infra/local/microsoft365/graph/faults.ts'
import { createGraph, type Graph } from '../../infra/local/microsoft365/graph/graph.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { createWorld, type Person, type World } from '../../infra/local/microsoft365/world.ts'
import type { Random } from '../../shared/core/random.ts'
import { type Clock, type DurationMs, type EpochMs, epochMs, hours, later } from '../../shared/core/time.ts'

/** A generator that gives the same bytes for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) & 0xff
  }
  return { bytes: (length) => Uint8Array.from({ length }, next) }
}

/** A clock that stands still until a test moves it; whoever sleeps wakes when their time has come. */
export interface ManualClock extends Clock {
  advance(by: DurationMs): Promise<void>
}

export function manualClock(start: EpochMs = epochMs(Date.parse('2026-11-02T08:00:00Z'))): ManualClock {
  let now = start
  let sleepers: { at: EpochMs; wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (duration) => new Promise((wake) => sleepers.push({ at: later(now, duration), wake })),
    async advance(by) {
      now = later(now, by)
      const due = sleepers.filter(({ at }) => at <= now)
      sleepers = sleepers.filter(({ at }) => at > now)
      for (const { wake } of due) wake()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** One person with an empty mailbox behind a Graph, and what a test needs to talk to it. */
export interface GraphFixture {
  readonly world: World
  readonly graph: Graph
  readonly faults: Faults
  readonly clock: ManualClock
  readonly person: Person
  readonly mailbox: Mailbox
  /** A request with the person's token; the path begins after the version. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  get<T>(path: string, headers?: Record<string, string>): Promise<T>
}

const ORIGIN = 'http://graph.test'

export function graphFixture({ deliver = unreachable }: { deliver?: Deliver } = {}): GraphFixture {
  const clock = manualClock()
  const random = seededRandom(1)
  const world = createWorld({ clock, random })
  const { tid } = world.addOrganisation({ name: 'Contoso', domain: 'contoso.test' })
  const person = world.addPerson({ tid, displayName: 'Ada Holm' })
  const faults = noFaults()
  const caller = {
    oid: person.oid,
    tid,
    appId: 'app',
    scopes: ['Calendars.ReadWrite', 'User.Read', 'MailboxSettings.Read'],
  }
  const tokens = new Map<string, Caller>([
    ['valid', { ...caller, expiresAt: later(clock.now(), hours(1000)) }],
    ['expired', { ...caller, expiresAt: clock.now() }],
    ['narrow', { ...caller, scopes: ['User.Read'], expiresAt: later(clock.now(), hours(1000)) }],
  ])
  /** Anybody's oid is a token of theirs. */
  const ownOf = (oid: string): Caller | undefined => {
    const someone = world.personById(oid)
    return someone && { ...caller, oid, tid: someone.tid, expiresAt: later(clock.now(), hours(1000)) }
  }
  const verify = (token: string) => tokens.get(token) ?? ownOf(token)
  const graph = createGraph({ world, clock, random, faults, tokens: { verify }, deliver })

  const call: GraphFixture['call'] = (method, path, body, headers = {}) => {
    const url = path.startsWith('http') ? path : `${ORIGIN}/v1.0${path}`
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    return graph.fetch(new Request(url, { method, headers: { authorization: 'Bearer valid', ...headers }, ...init }))
  }
  return {
    world,
    graph,
    faults,
    clock,
    person,
    mailbox: world.mailboxOf(person.oid),
    call,
    get: async (path, headers) => (await call('GET', path, undefined, headers)).json() as Promise<never>,
  }
}

const unreachable: Deliver = async () => {
  throw new Error('nobody listens')
}

/** A one-hour event as a client would post it. */
export const oneHour = (subject: string, day: string, hour = 9): object => ({
  subject,
  start: { dateTime: `${day}T${String(hour).padStart(2, '0')}:00:00`, timeZone: 'UTC' },
  end: { dateTime: `${day}T${String(hour + 1).padStart(2, '0')}:00:00`, timeZone: 'UTC' },
})

/** A daily series of one-hour events in Danish time. */
export const dailySeries = (subject: string, startDate: string, numberOfOccurrences: number): object => ({
  subject,
  start: { dateTime: `${startDate}T09:00:00`, timeZone: 'Romance Standard Time' },
  end: { dateTime: `${startDate}T10:00:00`, timeZone: 'Romance Standard Time' },
  recurrence: {
    pattern: { type: 'daily', interval: 1 },
    range: { type: 'numbered', startDate, numberOfOccurrences },
  },
})
