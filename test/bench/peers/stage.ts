import { fillMailbox, MailboxOrder } from '../../../infra/local/microsoft365/control/mailboxes.ts'
import { type Faults, noFaults } from '../../../infra/local/microsoft365/graph/faults.ts'
import { createGraph } from '../../../infra/local/microsoft365/graph/graph.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { createWorld } from '../../../infra/local/microsoft365/world.ts'
import { hours, later, seconds } from '../../../shared/core/time.ts'
import { type ManualClock, manualClock, seededRandom } from '../../support/graph-stand-in.ts'
import { createFullRead } from './full-read.ts'
import { createGetEach } from './get-each.ts'
import { createGraphReader } from './graph-client.ts'
import type { Notification, Peer } from './peer.ts'
import { createReread } from './reread.ts'
import { startWire, type Wire } from './wire.ts'

/** One peer with one mailbox, and nobody else. */
export interface Stage {
  readonly peer: Peer
  readonly mailbox: Mailbox
  readonly clock: ManualClock
  readonly faults: Faults
  readonly wire: Wire
}

/** How long after a change Graph tells of it. Microsoft promises less than a minute on average. */
export const TOLD_AFTER = seconds(5)

/** A mailbox with this many events, a tenth of them occurrences of series of 20. */
export function mailboxOf(events: number): MailboxOrder {
  const series = Math.max(6, Math.round(events / 200))
  return MailboxOrder.parse({ singles: events - series * 20, series })
}

/** How often the mailbox was changed. */
export const versionOf = (mailbox: Mailbox): number => mailbox.calendar().store.log.length

/** What Graph does to everybody: it tells of each change twice, and not at once. */
export function behaveAsUsual({ notifications }: Faults): void {
  notifications.delayMs = TOLD_AFTER
  notifications.copies = 2
}

const ADDRESS = 'https://peer.example/notifications'

/** The peers that are not ours, each with a Graph of its own. */
export const PEERS = ['full-read', 'reread', 'get-each'] as const

export async function startPeer(which: (typeof PEERS)[number], events: number): Promise<Stage> {
  const clock = manualClock()
  const faults = noFaults()
  behaveAsUsual(faults)
  const world = createWorld({ clock, random: seededRandom(9) })
  const { tid } = world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  const { person, mailbox } = fillMailbox(world, mailboxOf(events))
  const scopes = ['Calendars.ReadWrite']
  const caller = { oid: person.oid, tid, appId: 'app', scopes, expiresAt: later(clock.now(), hours(10_000)) }
  let notified = (_: readonly Notification[]) => {}
  const deliver = async (sent: Request) => {
    const token = new URL(sent.url).searchParams.get('validationToken')
    if (token !== null) return new Response(token, { headers: { 'content-type': 'text/plain' } })
    notified(((await sent.json()) as { value: Notification[] }).value)
    return new Response(null, { status: 202 })
  }
  const tokens = { verify: () => caller }
  const graph = createGraph({ world, clock, random: seededRandom(7), faults, tokens, deliver })
  const wire = await startWire({ answer: graph.fetch, version: () => versionOf(mailbox) })
  const reader = createGraphReader(wire.send)
  const stage = (peer: Peer): Stage => ({ peer, mailbox, clock, faults, wire })
  if (which === 'full-read') return stage(createFullRead(reader, clock))
  const told = (which === 'reread' ? createReread : createGetEach)(reader, clock, ADDRESS)
  notified = told.notified
  return stage(told.peer)
}
