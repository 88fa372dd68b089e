import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { type Action, actionRoutes, type Outcome } from './flowagent-api-actions.ts'
import { calendarRoutes, type StoredEvent, type WireEvent } from './flowagent-api-calendar.ts'
import { oauthRoutes } from './flowagent-api-oauth.ts'

/** What the fake API knows and how it behaves; tests change it while it runs. */
export interface FakeState {
  url: string
  redirectUri: string
  /** What the person answers on the next sign-in. */
  decision: 'approve' | 'access_denied' | 'server_error'
  /** How the only mailbox is. */
  profile: { connected: boolean; sync: Record<string, unknown> }
  calendars: { id: string; name: string; deleted?: boolean; readOnly?: boolean }[]
  events: Map<string, StoredEvent>
  /** How many events one page of an answer holds. */
  pageSize: number
  /** Answers 503 to everything but the sign-in. */
  isDown: boolean
  /** The person withdrew the permission: neither access nor refresh tokens work. */
  isWithdrawn: boolean
  /** The number of the access token that works. */
  tokenNumber: number
  /** What comes of every accepted change, a moment later; the test settles the `actions` when undefined. */
  outcome: Outcome | undefined
  /** What is wrong with every change from now on. */
  invalid: Record<string, { key: string; description: string }[]> | undefined
  readonly actions: Action[]
  /** Every change that was asked for. */
  readonly writes: { method: string; calendar: string; body: Record<string, unknown> }[]
  readonly defaults: Record<string, unknown>
  readonly requests: string[]
  readonly revoked: string[]
}

/** A small integrator API that speaks the wire format and refuses what the real one refuses. */
export interface FakeApi extends FakeState {
  /** Every access token given so far stops working; refreshing still does. */
  expireAccessTokens(): void
  put(...events: WireEvent[]): void
  remove(uid: string): void
  close(): Promise<void>
}

export async function startFakeApi(redirectUri: string): Promise<FakeApi> {
  const state: FakeState = {
    url: '',
    redirectUri,
    decision: 'approve',
    profile: { connected: true, sync: { state: 'current', calendars_done: 1 } },
    calendars: [{ id: 'cal_1_a', name: 'Calendar' }],
    events: new Map(),
    pageSize: 100,
    isDown: false,
    isWithdrawn: false,
    tokenNumber: 1,
    outcome: { state: 'applied' },
    invalid: undefined,
    actions: [],
    writes: [],
    defaults: DEFAULTS,
    requests: [],
    revoked: [],
  }
  const app = new Hono()
    .route('/', oauthRoutes(state))
    .route('/', calendarRoutes(state))
    .route('/', actionRoutes(state))
  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  state.url = `http://localhost:${(server.address() as AddressInfo).port}`
  return Object.assign(state, {
    expireAccessTokens: () => {
      state.tokenNumber++
    },
    put: (...changed: WireEvent[]) => {
      for (const event of changed)
        state.events.set(event.event_uid, {
          ...DEFAULTS,
          version: `v-${event.event_uid}`,
          ...event,
          modifiedAt: Date.now(),
        })
    },
    remove: (uid: string) => {
      const known = state.events.get(uid)
      if (known) state.events.set(uid, { ...known, deleted: true, modifiedAt: Date.now() })
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  })
}

const DEFAULTS = {
  calendar_id: 'cal_1_a',
  summary: '',
  description: '',
  deleted: false,
  created: '2026-09-01T08:00:01Z',
  updated: '2026-09-01T09:24:16Z',
  participation_status: 'accepted',
  attendees: [],
  transparency: 'opaque',
  status: 'confirmed',
  categories: [],
  recurring: false,
  event_private: false,
  options: { delete: true, update: true, change_participation_status: true },
}
