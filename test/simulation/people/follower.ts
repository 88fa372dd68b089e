import { createHmac } from 'node:crypto'
import { type DurationMs, elapsed, minutes, seconds } from '../../../shared/core/time.ts'
import type { Registration } from '../../../shared/integrators/integrator.ts'
import type { CalendarSpan } from '../judging/inspector.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Cluster } from '../service/cluster.ts'
import type { Posted } from '../service/receivers.ts'
import type { Swarm } from '../swarm/swarm.ts'
import { type Client, longer, type ReadEvent } from './client.ts'

/**
 * An integrator that keeps a copy of a person's calendars: it reads them once, and from then on only what its channel tells
 * it to read.
 */
export interface Follower {
  /** Opens the channel and reads, once connected, and again whenever it has had to connect anew. */
  work(): Promise<void>
  /** Reads everything again, as an operator tells who has restored the service. */
  startOver(): void
  /** What its copy has in a calendar's span. */
  copyOf(span: CalendarSpan, calendarId: string): readonly ReadEvent[]
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly swarm: Swarm
  readonly owner: Owner
  readonly cluster: Cluster
  readonly client: Client
  readonly integrator: Registration
  readonly callbackUrl: string
}

/** Whoever is told twice under one id does nothing the second time, as Standard Webhooks would have it. */
type Seen = Map<string, string>

/** A receiver refuses what was signed longer ago; clocks are off by as much. */
const FRESH = minutes(5)

/** All that is cached, and not only what is told unless something else is asked for. */
const EVERYTHING = '&from=2020-01-01&to=2030-01-01'

export function createFollower(dependencies: Dependencies): Follower {
  const { scheduler, swarm, owner, cluster, client, integrator, callbackUrl } = dependencies
  const clock = scheduler.clock(owner)
  const copy = new Map<string, ReadEvent>()
  const seen: Seen = new Map()
  let subscribedAs = 0
  let turn: Promise<void> = Promise.resolve()

  cluster.desk.open(callbackUrl, { take, gone: () => inTurn(() => subscribe(true)) })

  /** Does one thing after the other, each until it works. */
  function inTurn(work: () => Promise<void>): void {
    turn = turn.then(() => until(work))
  }

  async function until(work: () => Promise<void>): Promise<void> {
    for (let wait: DurationMs = seconds(3); !client.isRetired; wait = longer(swarm, wait)) {
      try {
        await work()
        return await subscribe()
      } catch (error) {
        scheduler.note(`  ${owner.name} is not answered: ${error}`)
        await clock.sleep(wait)
      }
    }
  }

  /** Whoever had to connect again may have been told of nothing meanwhile. */
  async function subscribe(isClosed = false): Promise<void> {
    if (subscribedAs === client.connections && !isClosed) return
    const as = client.connections
    await client.openChannel(callbackUrl)
    const events = await client.look(EVERYTHING)
    copy.clear()
    for (const event of events) copy.set(event.event_uid, event)
    scheduler.note(`  ${owner.name} has a copy of ${events.length} events`)
    subscribedAs = as
  }

  function take(posted: Posted): void {
    const { notification } = JSON.parse(posted.text) as { notification: { type: string; changes_since?: string } }
    const id = posted.headers['webhook-id'] ?? ''
    scheduler.note(`  ${owner.name} is told ${JSON.stringify(notification)} ${id}`)
    if (!isSigned(posted, id)) scheduler.violate(`X3: a notification is not signed: ${posted.text}`)
    const known = seen.get(id)
    if (known !== undefined && known !== posted.text) scheduler.violate('X2: two notifications have one id')
    if (known !== undefined) return
    seen.set(id, posted.text)
    const { changes_since: since } = notification
    if (since !== undefined) inTurn(() => readSince(since))
  }

  function isSigned({ headers, text }: Posted, id: string): boolean {
    const [secret = ''] = integrator.secrets
    const at = headers['webhook-timestamp'] ?? ''
    const signed = createHmac('sha256', secret).update(`${id}.${at}.${text}`).digest('base64')
    const plain = createHmac('sha256', secret).update(text).digest('base64')
    const age = Math.abs(elapsed((Number(at) * 1_000) as never, scheduler.now()))
    const isFresh = age <= FRESH + swarm.episodes.skewMs + seconds(1)
    return isFresh && headers['webhook-signature'] === `v1,${signed}` && headers['Cronofy-HMAC-SHA256'] === plain
  }

  async function readSince(since: string): Promise<void> {
    for (const event of await client.changesSince(since))
      if (event.deleted === true) copy.delete(event.event_uid)
      else copy.set(event.event_uid, event)
  }

  return {
    async work() {
      while (client.connections === 0) await clock.sleep(seconds(5))
      await until(() => subscribe())
    },
    startOver: () => inTurn(() => subscribe(true)),
    copyOf: ({ from, to }, calendarId) =>
      [...copy.values()].filter(
        ({ calendar_id, start, end }) => calendar_id === calendarId && Date.parse(end) > from && Date.parse(start) < to,
      ),
  }
}
