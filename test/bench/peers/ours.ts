import { fillMailbox } from '../../../infra/local/microsoft365/control/mailboxes.ts'
import type { Window } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { elapsed, epochMs, seconds } from '../../../shared/core/time.ts'
import { createKeyRing } from '../../../shared/crypto/key-ring.ts'
import type { CalendarEvent, EventTime } from '../../../shared/events/event.ts'
import { instantOf } from '../../../shared/events/window.ts'
import { createAccountRows } from '../../../shared/storage/accounts/account-rows.ts'
import { createEvents } from '../../../shared/storage/accounts/events.ts'
import { createSealedRows } from '../../../shared/storage/sealed-rows.ts'
import { tableRequests } from '../../support/counted-tables.ts'
import { type ServiceFixture, startService } from '../../support/service.ts'
import { ASSUMED_DELAYS } from '../assumed-delays.ts'
import { isIn, lineOf } from './lines.ts'
import type { Peer } from './peer.ts'
import { behaveAsUsual, mailboxOf, type Stage, versionOf } from './stage.ts'
import { GRAPH, startWire } from './wire.ts'

const TIMER_EVERY = seconds(30)

const silent = () => undefined

/** The product in this process, with Graph behind the same socket as for the others. */
export async function startOurs(events: number): Promise<Stage> {
  const fixture = await startService({ settings: { GRAPH_URL: GRAPH } })
  behaveAsUsual(fixture.faults)
  const { person, mailbox } = fillMailbox(fixture.world, mailboxOf(events))
  const wire = await startWire({ answer: fixture.graph.fetch, version: () => versionOf(mailbox) })
  fixture.intercept = wire.send
  let account = ''
  let timerAt = fixture.clock.now()

  const peer: Peer = {
    name: 'ours',
    async start() {
      await fixture.connect(person)
      account = fixture.queue[0]?.account ?? ''
      await fixture.settle()
    },
    isDue: () => fixture.queue.length > 0 || elapsed(timerAt, fixture.clock.now()) >= TIMER_EVERY,
    async work() {
      if (elapsed(timerAt, fixture.clock.now()) >= TIMER_EVERY) {
        timerAt = fixture.clock.now()
        await fixture.service.wakeDue()
      }
      if (fixture.queue.length === 0) return undefined
      const before = tableRequests(fixture.counters)
      await fixture.settle()
      return ASSUMED_DELAYS.queue + (tableRequests(fixture.counters) - before) * ASSUMED_DELAYS.table
    },
    lines: createLines(fixture, () => account),
    rowsWritten: () => fixture.counters.rowsWritten,
  }
  return { peer, mailbox, clock: fixture.clock, faults: fixture.faults, wire }
}

/** Reads the cache beside the service, so that looking costs the service nothing. */
function createLines({ ports, tables }: ServiceFixture, accountOf: () => string): Peer['lines'] {
  const { config, vault, clock, random } = ports
  const keysTable = tables.table('keys')
  const ring = createKeyRing({ environment: config.ENVIRONMENT, vault, keysTable, clock, random, log: silent })
  const bind = createAccountRows(createSealedRows(ring))
  return async (span: Window) => {
    const events = createEvents(tables, bind, await ring.blindIndex(), silent)
    const kept = { from: epochMs(span.from), to: epochMs(span.to) }
    const reading = { account: accountOf(), kept, after: '', most: Infinity, mostBytes: Infinity }
    const { events: rows } = await events.between(reading, kept, false)
    const shown = rows.flatMap(({ event, deleted }) => (deleted ? [] : [shownOf(event)]))
    return shown.filter((event) => isIn(event, span)).map(lineOf)
  }
}

const timeOf = (time: EventTime): number => instantOf(time)

const shownOf = ({ start, end, summary, location }: CalendarEvent) => ({
  startAt: timeOf(start),
  endAt: timeOf(end),
  isAllDay: start.kind === 'date',
  subject: summary,
  place: location?.description ?? '',
})
