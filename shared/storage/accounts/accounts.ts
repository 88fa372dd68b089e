import type { Audit } from '../../audit/ports.ts'
import type { Channel } from '../../channels/channel.ts'
import { isFailure, SyncError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { prefetch } from '../../core/prefetch.ts'
import type { EpochMs } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { AccountHead, CalendarState } from '../../pull/state.ts'
import type { Gap, StoredRow, Tables } from '../table.ts'
import { type AccountRows, accountsTable, type BindAccountRows } from './account-rows.ts'
import { channelsOf } from './channels.ts'
import { isTombstone } from './erased-rows.ts'
import { repair } from './repair.ts'
import { actionCounterKey, channelKey, headKey, namesOf, rangeOf, tokenKey } from './row-keys.ts'
import { rolledBack, type StoredHead } from './row-versions.ts'
import { createSession, type Session } from './session.ts'

/** The state rows of an account: who it is, its tokens, its calendars. */
export interface AccountState {
  readonly head: AccountHead
  readonly calendars: readonly CalendarState[]
  readonly channels: readonly Channel[]
  /** Whether actions may be waiting. */
  readonly hasPending: boolean
}

export interface Accounts {
  /**
   * @param channel the one of its channels that is read; all of them when none is named. There may be more than a hundred.
   * @returns undefined when there is no such account (any more), or it is being erased. One table request.
   */
  open(account: string, channel?: string): Promise<Session | undefined>
  /** An account that is being erased too. @throws SyncError `KEY_MISSING` when its key has gone. */
  openErased(account: string): Promise<Session | undefined>
  /** @returns undefined when there is no such account. One table request. */
  state(account: string): Promise<AccountState | undefined>
  /**
   * Records a person who has signed in: a new account, or an existing one with fresh tokens and all that it had.
   * @throws SyncError `ACCOUNT_BEING_ERASED`.
   */
  connect(account: string, identity: Identity, tokenCache: string, now: EpochMs): Promise<void>
}

interface StateRows {
  readonly stored: readonly StoredRow[]
  readonly headRow: StoredRow
}

interface Opening {
  readonly channel?: string | undefined
  /** The etag of a head that its rows did not fit to, or did not open beside, and in how many readings. */
  readonly doubtful?: { readonly etag: string; readonly readings: number } | undefined
}

function otherChannels(channel: string): Gap {
  const [from, to] = rangeOf('state.channel')
  return { from, to, but: channelKey(channel) }
}

export type Identity = Pick<AccountHead, 'tenantId' | 'objectId' | 'username' | 'name'>

/** @returns undefined also for an account whose key has gone, which an erasure takes first: nobody can read it any more. */
export async function knownState(
  accounts: Pick<Accounts, 'state'>,
  account: string,
): Promise<AccountState | undefined> {
  try {
    return await accounts.state(account)
  } catch (error) {
    if (isFailure(error, 'KEY_MISSING')) return undefined
    throw error
  }
}

/** @param wake lets an account be visited that was repaired, whoever has met its damage. */
export function createAccounts(
  tables: Tables,
  bind: BindAccountRows,
  blind: BlindIndex,
  log: Log,
  audit: Audit,
  wake: (account: string) => Promise<unknown>,
): Accounts {
  const table = accountsTable(tables)

  async function read(account: string, channel?: string): Promise<StateRows | undefined> {
    void prefetch(bind(account).prepare())
    const stored: StoredRow[] = []
    const gap = channel === undefined ? undefined : otherChannels(channel)
    for await (const page of table.range(account, ...rangeOf('state'), gap)) stored.push(...page)
    const headRow = stored.find(({ rowKey }) => rowKey === headKey)
    return headRow && { stored, headRow }
  }

  /**
   * Two readings that do not fit together, with the same head, are no commit that was read half: it is put right, and so
   * is a row that does not open.
   */
  async function open(account: string, atGrave: () => undefined, asked: Opening = {}): Promise<Session | undefined> {
    const { channel, doubtful } = asked
    const state = await read(account, channel)
    if (state === undefined) return undefined
    if (isTombstone(state.headRow)) return atGrave()
    const { stored, headRow } = state
    const head = await bind(account).head.decode(headRow)
    const readings = doubtful?.etag === headRow.etag ? doubtful.readings : 0
    try {
      if (rolledBack(head.versions, 'state.', stored).length === 0) return await sessionOf(account, state, head)
    } catch (error) {
      // What was not repaired is as it was sealed: another release says something else there.
      if (!isFailure(error, 'ROW_CORRUPT') || readings > 1) throw error
    }
    if (readings > 0) await mend(account)
    return open(account, atGrave, { ...asked, doubtful: { etag: headRow.etag, readings: readings + 1 } })
  }

  async function mend(account: string): Promise<boolean> {
    const isMended = await repair({ table, audit, log }, account, bind(account))
    if (isMended) await wake(account)
    return isMended
  }

  /** What is to be erased need not be right. */
  async function openErased(account: string): Promise<Session | undefined> {
    const state = await read(account)
    return state && sessionOf(account, state, await bind(account).head.decode(state.headRow))
  }

  async function sessionOf(account: string, { stored, headRow }: StateRows, head: StoredHead): Promise<Session> {
    const rows = bind(account)
    let repairing: Promise<boolean> | undefined
    return createSession({
      account,
      table,
      rows,
      names: namesOf(blind, account),
      head,
      headEtag: headRow.etag,
      lastAction: await lastActionOf(rows, stored),
      ...{ log, audit },
      // What is read side by side is repaired once.
      repair: () => (repairing ??= mend(account)),
      tokenCache: await tokenCacheOf(rows, stored),
      calendars: await calendarsOf(rows, stored),
      channels: await channelsOf({ table, rows, log }, stored),
    })
  }

  return {
    open: (account, channel) => open(account, () => undefined, { channel }),
    openErased,
    async state(account) {
      const session = await open(account, () => undefined)
      if (session === undefined) return undefined
      const { head, calendars, push } = session
      return { head, calendars, channels: session.channels.map(({ channel }) => channel), hasPending: push.hasPending }
    },
    async connect(account, identity, tokenCache, now) {
      const session = await open(account, () => {
        throw new SyncError('ACCOUNT_BEING_ERASED', 'the account is being erased')
      })
      if (session !== undefined) return reconnect(session, identity, tokenCache, now)
      const rows = bind(account)
      const head = newHead(identity, now)
      await table.commit(account, [
        { kind: 'insert', rowKey: headKey, properties: await rows.head.encode(headKey, head) },
        { kind: 'upsert', rowKey: tokenKey, properties: await rows.token.encode(tokenKey, { cache: tokenCache }, 1) },
      ])
    },
  }
}

const newHead = (identity: Identity, now: EpochMs): StoredHead => ({
  ...identity,
  ...{ state: 'active', connectedAt: now, signedInAt: now, failures: 0 },
  ...{ nextChange: 0, settledActions: 0, rejectedActions: 0 },
  versions: { last: 1, rows: { [tokenKey]: 1 } },
})

function reconnect(session: Session, identity: Identity, tokenCache: string, now: EpochMs): Promise<void> {
  const head: AccountHead = {
    ...{ ...session.head, ...identity, state: 'active', signedInAt: now, failures: 0 },
    ...{ notBefore: undefined, inactiveSince: undefined },
  }
  const calendars = session.head.state === 'active' ? [] : toRead(session.calendars)
  return session.save({ head, calendars, tokenCache })
}

/** What was told while the account could not be read is kept nowhere, so all of its calendars are to be read. */
const toRead = (calendars: readonly CalendarState[]): readonly CalendarState[] =>
  calendars.filter(({ deleted }) => !deleted).map((calendar) => ({ ...calendar, dirty: true }))

async function tokenCacheOf(rows: AccountRows, stored: readonly StoredRow[]): Promise<string> {
  const row = stored.find(({ rowKey }) => rowKey === tokenKey)
  return row === undefined ? '' : (await rows.token.decode(row)).cache
}

async function lastActionOf(rows: AccountRows, stored: readonly StoredRow[]): Promise<number> {
  const row = stored.find(({ rowKey }) => rowKey === actionCounterKey)
  return row === undefined ? 0 : (await rows.actionCounter.decode(row)).last
}

async function calendarsOf(rows: AccountRows, stored: readonly StoredRow[]): Promise<Map<string, CalendarState>> {
  const calendars = stored.filter(({ rowKey }) => rowKey.startsWith('state.calendar.'))
  const decoded = await Promise.all(calendars.map((row) => rows.calendar.decode(row)))
  return new Map(decoded.map((calendar) => [calendar.key, calendar]))
}
