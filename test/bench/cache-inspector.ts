import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { createPorts } from '../../shared/app.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { type EpochMs, epochMs, systemClock, toIsoSeconds } from '../../shared/core/time.ts'
import { createKeyRing } from '../../shared/crypto/key-ring.ts'
import { instantOf } from '../../shared/events/window.ts'
import type { CalendarState } from '../../shared/pull/state.ts'
import { createAccountRows } from '../../shared/storage/accounts/account-rows.ts'
import { createAccounts } from '../../shared/storage/accounts/accounts.ts'
import { createEvents } from '../../shared/storage/accounts/events.ts'
import type { EventRow } from '../../shared/storage/accounts/kinds.ts'
import { accountIdOf } from '../../shared/storage/accounts/row-keys.ts'
import { createSealedRows } from '../../shared/storage/sealed-rows.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { mailboxLines, spanAround } from '../support/mailbox-answer.ts'

/** Looks into the cache beside the Functions host, so that looking costs the host nothing. */
export interface CacheInspector {
  accountOf(person: Person): string
  /** The person's calendar, where they have one only; undefined before the first visit. */
  calendar(person: Person): Promise<CalendarState | undefined>
  /** How many events of the mailbox are in the cache exactly once, and what is wrong, by examples. */
  compare(person: Person, mailbox: Mailbox): Promise<Comparison>
}

export interface Comparison {
  readonly events: number
  readonly missing: readonly string[]
  /** In the cache, but not or not as often in the mailbox. */
  readonly surplus: readonly string[]
}

const silent = () => {}

/** @param settings of the service, as the Functions host has them. */
export async function createCacheInspector(settings: Record<string, string>, tables: Tables): Promise<CacheInspector> {
  const { config, vault, clock, random } = createPorts(configOrThrow(readConfig(settings)))
  const keysTable = tables.table('keys')
  const { envelope, blindIndex } = createKeyRing({
    environment: config.ENVIRONMENT,
    vault,
    keysTable,
    clock,
    random,
    log: () => undefined,
  })
  const blind = await blindIndex()
  const bind = createAccountRows(createSealedRows({ envelope }))
  const accounts = createAccounts(tables, bind, blind, silent, { record: async () => undefined }, async () => undefined)
  const events = createEvents(tables, bind, blind, silent)
  const accountOf = ({ tid, oid }: Person) => accountIdOf(blind, tid, oid)
  return {
    accountOf,
    calendar: async (person) => (await accounts.state(accountOf(person)))?.calendars[0],
    async compare(person, mailbox) {
      const span = spanAround(systemClock.now())
      const kept = { from: epochMs(span.from), to: epochMs(span.to) }
      const reading = { account: accountOf(person), kept, after: '', most: Infinity, mostBytes: Infinity }
      const { events: cached } = await events.between(reading, kept, false)
      const isIn = ({ event, deleted }: EventRow) =>
        !deleted && instantOf(event.end) > span.from && instantOf(event.start) < span.to
      return difference(mailboxLines(mailbox, span), cached.filter(isIn).map(lineOf).sort())
    },
  }
}

/** As `mailboxLines` has it. */
function lineOf({ event }: EventRow): string {
  const time = (at: EpochMs) => toIsoSeconds(at).slice(0, event.start.kind === 'date' ? 10 : undefined)
  return `${time(instantOf(event.start))} ${time(instantOf(event.end))} ${event.summary}`
}

/** Both in order. */
function difference(expected: readonly string[], found: readonly string[]): Comparison {
  const counts = new Map<string, number>()
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) + 1)
  for (const line of found) counts.set(line, (counts.get(line) ?? 0) - 1)
  const missing = [...counts].flatMap(([line, count]) => (count > 0 ? [line] : []))
  const surplus = [...counts].flatMap(([line, count]) => (count < 0 ? [line] : []))
  return { events: expected.length, missing, surplus }
}
