import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { type DurationMs, elapsed, minutes } from '../../shared/core/time.ts'
import type { Connection } from './authorization.ts'
import { answerLines, mailboxLines, spanAround } from './mailbox-answer.ts'
import type { ServiceFixture } from './service.ts'

/** A connected person: what is in their mailbox, and what the API tells of it. */
export interface Reading {
  readonly person: Person
  readonly mailbox: Mailbox
  /** Access tokens end after an hour. A new one wakes the account, which nobody handles before the next `settle`. */
  reader(): Promise<Connection>
  shown(): Promise<string[]>
  actual(): string[]
}

/** Fills a mailbox, lets its owner connect, and handles the first pull. */
export async function startReading(fixture: ServiceFixture, order: Partial<MailboxOrder> = {}): Promise<Reading> {
  const { person, mailbox } = fillMailbox(fixture.world, MailboxOrder.parse(order))
  const { clock } = fixture
  let opened = { connection: await fixture.connect(person), at: clock.now() }
  await fixture.settle()
  const reader = async () => {
    if (elapsed(opened.at, clock.now()) > minutes(50))
      opened = { connection: await fixture.connect(person), at: clock.now() }
    return opened.connection
  }
  return {
    person,
    mailbox,
    reader,
    shown: async () => answerLines(await reader(), spanAround(clock.now())),
    actual: () => mailboxLines(mailbox, spanAround(clock.now())),
  }
}

/** Time goes by with the timer and the queue at work. */
export async function pass(fixture: ServiceFixture, total: DurationMs, step: DurationMs = minutes(5)): Promise<void> {
  for (let gone = 0; gone < total; gone += step) {
    await fixture.clock.advance(step)
    await fixture.service.wakeDue()
    await fixture.service.wakeErasures()
    await fixture.settle()
  }
}

/** What a fixture's service has asked of the changes of calendars, as its Graph saw it. */
export const pulls = ({ graph }: ServiceFixture): number =>
  graph.requests.list().filter(({ path }) => path.includes('/delta')).length

/** The facts of every line of this log event. */
export const linesOf = ({ logged }: ServiceFixture, event: string): readonly Record<string, unknown>[] =>
  logged.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['event'] === event)
