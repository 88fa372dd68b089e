import { createChanges } from '../../shared/push/accept.ts'
import type { Requester } from '../../shared/push/changes.ts'
import type { Cached } from '../../shared/push/session.ts'
import { agreement, current, times } from './push.ts'
import { createPushAccount, PUSHED } from './push-account.ts'

export const WHO: Requester = { account: 'acc_1', integrator: 'sample', unrestricted: false }
export const WHOLE = { summary: 'Ours', times: times() }
export const digest = (value: unknown): string => JSON.stringify(value)
const OTHER = { ...PUSHED, key: 'other' }
const names = createPushAccount().session.names
/** The key of the agreement on an event. */
export const keyOf = (event: Parameters<typeof names.agreement>[2], calendar = 'calendar', integrator = 'sample') =>
  names.agreement(integrator, calendar, event)

/** On a managed event of `WHO`. */
export const OWN = agreement({ key: keyOf({ eventId: 'fa-1' }), settled: 7 })
export const cachedAs = (more: Partial<Cached> = {}, content: Parameters<typeof current>[0] = {}): Cached => ({
  ...{ ...current(content), calendar: 'calendar' },
  ...more,
})
/** What accepts requests, over an account in memory; `told` is what was stored and whom was woken. */
export function startChanges(
  kept: Parameters<typeof createPushAccount>[0] = {},
  state: 'active' | 'needs-reconnect' | 'away' = 'active',
) {
  const account = createPushAccount({ calendars: [PUSHED, OTHER], ...kept })
  const push = { ...account.session, head: { ...account.session.head, state: state as 'active' } }
  for (const name of ['hasPending', 'mostPending'] as const)
    Object.defineProperty(push, name, { get: () => account.session[name] })
  const told: string[] = []
  const changes = createChanges({
    sessions: { open: async () => (state === 'away' ? undefined : { calendars: push.calendars, push }) },
    log: {
      async append(_account, draft, key) {
        told.push('append')
        if (key !== undefined) told.push(`under ${key.name}`)
        return { ...draft, number: 9 }
      },
      pending: () => Promise.reject(new Error('nobody asks')),
      get: async (_account, number) => account.actions.get(number),
    },
    waking: { expect: async () => {}, wake: async () => void told.push('wake') },
    accountFor: async () => {},
    clock: account.push.dependencies.clock,
    random: { bytes: (count) => new Uint8Array(count).fill(1) },
    digest,
  })
  return { changes, told, account }
}

/** How a request failed. */
export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: unknown) => (error as { code?: string }).code,
  )
