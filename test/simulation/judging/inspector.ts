import type { Person } from '../../../infra/local/microsoft365/world.ts'
import { firstPage } from '../../../shared/api/read/events.ts'
import { encodePageToken } from '../../../shared/api/read/page-token.ts'
import { parseEventsQuery } from '../../../shared/api/read/schedule-query.ts'
import type { Random } from '../../../shared/core/random.ts'
import { type EpochMs, epochMs } from '../../../shared/core/time.ts'
import { createKeyRing } from '../../../shared/crypto/key-ring.ts'
import type { BlindIndex, Envelope, Vault } from '../../../shared/crypto/ports.ts'
import type { Window } from '../../../shared/events/window.ts'
import type { Action } from '../../../shared/push/action.ts'
import { createAccountRows } from '../../../shared/storage/accounts/account-rows.ts'
import { createAccounts } from '../../../shared/storage/accounts/accounts.ts'
import { createActionLog } from '../../../shared/storage/accounts/action-log.ts'
import { accountIdOf, namesOf } from '../../../shared/storage/accounts/row-keys.ts'
import { createSealedRows } from '../../../shared/storage/sealed-rows.ts'
import type { Tables } from '../../../shared/storage/table.ts'

/** A calendar, and the window of it that is cached, or a part of that. */
export interface CalendarSpan extends Window {
  readonly key: string
  readonly providerId: string
}

/** What the checker knows about a person's account, read from the tables with the keys of the vault. */
export interface Inspection {
  readonly account: string
  readonly keyOf: (providerId: string) => string
  readonly calendars: readonly CalendarSpan[]
  /** Everything integrators have asked for, in order of acceptance. */
  readonly actions: readonly Action[]
  /** The key of the agreement on a managed event. */
  readonly agreementOf: (integrator: string, calendar: string, eventId: string) => string
  /** Whether the account is connected, and what it knows of tokens and subscriptions. */
  readonly state: string | undefined
  readonly subscriptions: number
  /** Leads an integrator to a page of the account's events. */
  readonly pageOf: (integrator: string) => string
}

export interface Inspector {
  readonly blind: BlindIndex
  readonly envelope: Envelope
  accountOf(person: Person): string
  inspect(person: Person): Promise<Inspection>
}

/** The last month of a window: events that began earlier are kept under it as well. */
export function lastMonthOf(span: CalendarSpan): CalendarSpan {
  const last = new Date(span.to - 1)
  return { ...span, from: epochMs(Math.max(span.from, Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), 1))) }
}

const FIRST_ACTION = 1

interface Dependencies {
  readonly tables: Tables
  readonly vault: Vault
  readonly random: Random
  readonly now: () => EpochMs
}

export async function createInspector({ tables, vault, random, now }: Dependencies): Promise<Inspector> {
  const clock = { now, sleep: () => Promise.reject(new Error('the checker does not wait')) }
  const ring = createKeyRing({
    environment: 'simulation',
    vault,
    keysTable: tables.table('keys'),
    clock,
    random,
    log: () => undefined,
  })
  const blind = await ring.blindIndex()
  const log = () => undefined
  const bind = createAccountRows(createSealedRows(ring))
  const accounts = createAccounts(tables, bind, blind, log, { record: async () => undefined }, async () => undefined)
  const actionLog = createActionLog(tables, bind, log)

  async function actionsOf(account: string): Promise<Action[]> {
    const actions: Action[] = []
    for (;;) {
      const action = await actionLog.get(account, FIRST_ACTION + actions.length)
      if (action === undefined) return actions
      actions.push(action)
    }
  }

  const accountOf = ({ tid, oid }: Person) => accountIdOf(blind, tid, oid)
  return {
    ...{ blind, envelope: ring.envelope, accountOf },
    async inspect(person) {
      const account = accountOf(person)
      const state = await accounts.state(account)
      const query = parseEventsQuery(new URLSearchParams('tzid=Etc/UTC'), { past: 1, future: 1 }, now())
      const page = firstPage(query)
      const calendars = (state?.calendars ?? []).flatMap(({ key, providerId, window, deleted }) =>
        deleted || window === undefined ? [] : [{ key, providerId, ...window }],
      )
      const names = namesOf(blind, account)
      return {
        account,
        keyOf: names.item,
        calendars,
        state: state?.head.state,
        subscriptions: (state?.calendars ?? []).filter(({ subscription }) => subscription !== undefined).length,
        actions: await actionsOf(account),
        agreementOf: (integrator, calendar, eventId) => names.agreement(integrator, calendar, { eventId }),
        pageOf: (clientId) => encodePageToken(blind, { accountId: account, clientId }, page),
      }
    },
  }
}
