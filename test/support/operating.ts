import { HttpRequest, InvocationContext } from '@azure/functions'
import { endpoint } from '../../shared/api/endpoint.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { type DurationMs, minutes, seconds } from '../../shared/core/time.ts'
import type { Vault } from '../../shared/crypto/ports.ts'
import type { AlertState } from '../../shared/operations/sample.ts'
import { measuredInvocation } from '../../shared/telemetry/metrics-of-invocations.ts'
import { measuredVault } from '../../shared/telemetry/metrics-of-vault.ts'
import type { Connection } from './authorization.ts'
import { type ServiceFixture, startService } from './service.ts'

/** A service with its timers at work, and neighbours that can be made to misbehave. */
export interface Operated extends ServiceFixture {
  /** What is wrong at the moment. */
  readonly trouble: { queueAway: boolean; queueSlow: boolean; sessionsRevoked: boolean; stopped: boolean }
  readonly people: readonly { readonly name: string; readonly oid: string }[]
  /** Lets everybody sign in again. */
  reconnect(): Promise<readonly Connection[]>
  /** Time goes by with queue and timers at work, figures gathered every five minutes. */
  pass(total: DurationMs): Promise<void>
  alert(name: string): Promise<AlertState>
  /** Graph's notification, through the HTTP edge. @returns the status. */
  notify(): Promise<number>
  /** Asks the vault so often; each answer takes `slow`. */
  hammerVault(times: number, slow?: DurationMs): Promise<void>
}

export async function startOperated(accounts = 1): Promise<Operated> {
  const trouble = { queueAway: false, queueSlow: false, sessionsRevoked: false, stopped: false }
  const fixture = await startService({
    throughWaker: (waker) => ({
      async wake(wakeUps, wait) {
        if (trouble.queueAway) throw new SyncError('QUEUE_UNAVAILABLE', 'away')
        if (trouble.queueSlow) await fixture.clock.advance(seconds(4))
        await waker.wake(wakeUps, wait)
      },
    }),
    throughEntra: (entra) => ({
      ...entra,
      async accessToken(tokenCache, refused) {
        if (trouble.sessionsRevoked) throw new SyncError('RECONNECT_REQUIRED', 'sessions are revoked')
        return entra.accessToken(tokenCache, refused)
      },
    }),
  })
  const { world, clock, service, collector } = fixture
  const [tid = ''] = world.organisations.keys()
  const people = Array.from({ length: accounts }, (_, at) => world.addPerson({ tid, displayName: `Person ${at}` }))
  for (const person of people) world.mailboxOf(person.oid)
  const reconnect = () => Promise.all(people.map((person) => fixture.connect(person)))
  await reconnect()
  await fixture.settle()

  async function work(): Promise<void> {
    if (trouble.stopped) return
    await service.wakeDue()
    await service.backUpTables().catch(() => undefined)
    await fixture.settle()
  }

  return Object.assign(fixture, {
    trouble,
    people: people.map(({ oid, displayName }) => ({ oid, name: displayName })),
    reconnect,
    async pass(total: DurationMs) {
      for (let gone = 0; gone < total; gone += minutes(1)) {
        const before = clock.now()
        await clock.advance(minutes(1))
        await work()
        if (Math.floor(before / minutes(5)) < Math.floor(clock.now() / minutes(5))) await service.operations.gather()
      }
    },
    async alert(name: string) {
      const { alerts } = await service.operations.status(1)
      const found = alerts.find((each) => each.name === name)
      if (found === undefined) throw new Error(`there is no alert ${name}`)
      return found
    },
    async notify() {
      const trigger = { name: 'request', type: 'httpTrigger' }
      const context = new InvocationContext({ functionName: 'graph-notifications', options: { trigger } })
      context.log = () => undefined
      const value = fixture.graph.subscriptions.list().map(({ clientState }) => ({ clientState }))
      const url = 'http://localhost:7071/graph/notifications'
      const request = new HttpRequest({ method: 'POST', url, body: { string: JSON.stringify({ value }) } })
      const answer = endpoint((received) => service.notifications(received))
      const result = await measuredInvocation({ telemetry: collector, clock }, context, () => answer(request, context))
      return Number((result as { status: number }).status)
    },
    async hammerVault(times: number, slow = seconds(0)) {
      const lazy: Vault = {
        ...fixture.vault,
        async current() {
          if (slow > 0) await clock.advance(slow)
          return fixture.vault.current()
        },
      }
      const vault = measuredVault(lazy, { telemetry: collector, clock })
      for (let asked = 0; asked < times; asked++) await vault.current()
    },
  })
}
