import * as z from 'zod'
import {
  BROWSER_SESSION_LIFETIME,
  PAGE_SIGN_IN_LIFETIME,
  type PageSignIn,
  type StoredBrowserSession,
} from '../../accounts/browser-sessions.ts'
import { SIGN_IN_LIFETIME } from '../../accounts/connect.ts'
import { OLDEST_BACKUP_DAYS } from '../../backup/oldest.ts'
import { isFailure } from '../../core/errors.ts'
import { retryWhenChanged } from '../../core/retry-when-changed.ts'
import {
  type Clock,
  type DurationMs,
  days,
  type EpochMs,
  earlier,
  elapsed,
  epochMs,
  toIsoSeconds,
} from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { LINK_TOKEN_LIFETIME } from '../../integrators/link-tokens.ts'
import { PERMISSION_REQUEST_LIFETIME } from '../../integrators/permission-requests.ts'
import type { OneTimeStore, OneTimeStores } from '../../integrators/ports.ts'
import { SCOPES } from '../../integrators/scopes.ts'
import { INSTALLATION_LIFETIME, type Installation } from '../../organisations/installations.ts'
import { forgetRows, isExpired } from '../forget-rows.ts'
import { Instant } from '../instant.ts'
import type { SealedKind, SealedRows } from '../sealed-rows.ts'
import type { Tables } from '../table.ts'

const CalendarPermission = z.object({ account: z.string(), calendars: z.array(z.string()).readonly() })

const SignInRow = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  browser: z.string(),
  request: z.object({
    clientId: z.string(),
    redirectUri: z.string(),
    scopes: z.array(z.enum(SCOPES)).readonly(),
    unrestricted: z.boolean().default(false),
    state: z.string().optional(),
    challenge: z.string().optional(),
  }),
  permission: CalendarPermission.optional(),
  reconnects: z.string().optional(),
  person: z.object({ accountId: z.string(), profileId: z.string(), username: z.string() }).optional(),
  expiresAt: Instant,
})

const LinkTokenRow = z.object({ token: z.string(), clientId: z.string(), expiresAt: Instant })

const PermissionRequestRow = CalendarPermission.extend({
  id: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  expiresAt: Instant,
})

const PageSignInRow: z.ZodType<PageSignIn> = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  browser: z.string(),
  path: z.string(),
  expiresAt: Instant,
})

const BrowserSessionRow: z.ZodType<StoredBrowserSession> = z.object({
  token: z.string(),
  account: z.string(),
  identity: z.object({ tenantId: z.string(), objectId: z.string(), username: z.string(), name: z.string() }),
  standing: z.object({
    roles: z.array(z.string()).readonly(),
    groups: z.array(z.string()).readonly().optional(),
    appRoles: z.array(z.string()).readonly(),
  }),
  signedInAt: Instant,
  expiresAt: Instant,
})

const InstallationRow: z.ZodType<Installation> = z.object({
  id: z.string(),
  browser: z.string(),
  claimedTenant: z.string().optional(),
  expiresAt: Instant,
})

const OWNER = { kind: 'service' } as const
/** How far back a clean-up looks. It runs every quarter of an hour, and may have been missed for weeks; restored tables are old as well. */
const DAYS_TO_FORGET = OLDEST_BACKUP_DAYS
/** Nothing lives for longer than a day, so what is older has been missed; it is looked for once a day by each instance. */
const DAYS_TO_LIVE = 1

/**
 * Partitions of a day: anybody may begin a sign-in, and no flood of them is to hold up everybody's in the one partition
 * that takes 2,000 requests a second.
 */
const SHARDS = 4

export interface OneTimeRows extends OneTimeStores {
  /** Deletes what is over and was not used. For a timer of every quarter of an hour: an erasure promises that nothing is left within the hour. */
  forgetOld(): Promise<void>
}

/**
 * What lives for minutes and is used once: partitions of a day, so that what nobody used can be found, and its end in plain,
 * so that it can be deleted as soon as it is over.
 * @see ../schema.md
 */
export function createOneTimeRows(tables: Tables, rows: SealedRows, blind: BlindIndex, clock: Clock): OneTimeRows {
  const table = tables.table('oauth')
  const kindOf = <Value>(name: string, schema: z.ZodType<Value>) =>
    rows.kind({ name, table: 'oauth', schema, version: 1 })
  const dayOf = (begun: EpochMs) => toIsoSeconds(begun).slice(0, 10)
  const partitionOf = (begun: EpochMs, rowKey: string) => shardOfDay(begun, shardOf(rowKey))
  const shardOfDay = (begun: EpochMs, shard: number) => blind.token('sign-in', 'day', dayOf(begun), String(shard))
  let sweptAt = epochMs(0)

  return {
    signIns: store(kindOf('sign-in', SignInRow), 'state', ({ state }) => state, SIGN_IN_LIFETIME),
    linkTokens: store(kindOf('link-token', LinkTokenRow), 'link', ({ token }) => token, LINK_TOKEN_LIFETIME),
    permissionRequests: store(
      kindOf('permission-request', PermissionRequestRow),
      'permission',
      ({ id }) => id,
      PERMISSION_REQUEST_LIFETIME,
    ),
    pageSignIns: store(kindOf('page-sign-in', PageSignInRow), 'page', ({ state }) => state, PAGE_SIGN_IN_LIFETIME),
    browserSessions: store(
      kindOf('browser-session', BrowserSessionRow),
      'session',
      ({ token }) => token,
      BROWSER_SESSION_LIFETIME,
    ),
    installations: store(
      kindOf('installation', InstallationRow),
      'installation',
      ({ id }) => id,
      INSTALLATION_LIFETIME,
    ),
    async forgetOld() {
      const isFirst = elapsed(sweptAt, clock.now()) >= days(1)
      for (let age = 0; age <= (isFirst ? DAYS_TO_FORGET : DAYS_TO_LIVE); age += 1) {
        const now = clock.now()
        const begun = earlier(now, days(age))
        const shards = Array.from({ length: SHARDS }, (_, shard) => shardOfDay(begun, shard))
        const forget = (partition: string) => forgetRows(table, partition, (row) => isExpired(row, now))
        // Whoever comes too late takes a row meanwhile.
        const each = shards.map((partition) => retryWhenChanged(() => forget(partition)))
        await Promise.all(each)
      }
      if (isFirst) sweptAt = clock.now()
    },
  }

  /** @param use keeps the row keys of the kinds apart. @param lifetime of at most a day. */
  function store<Value extends { readonly expiresAt: EpochMs }>(
    kind: SealedKind<Value>,
    use: string,
    idOf: (value: Value) => string,
    lifetime: DurationMs,
  ): OneTimeStore<Value> {
    const rowKeyOf = (id: string) => blind.token('sign-in', use, id)
    const begunAt = ({ expiresAt }: Value) => earlier(expiresAt, lifetime)
    return {
      async insert(value) {
        const rowKey = rowKeyOf(idOf(value))
        const partition = partitionOf(begunAt(value), rowKey)
        const sealed = await kind.encode(OWNER, partition, rowKey, value)
        const properties = { ...sealed, expires: value.expiresAt }
        await table.commit(partition, [{ kind: 'insert', rowKey, properties }])
      },
      async find(id) {
        const now = clock.now()
        const rowKey = rowKeyOf(id)
        const places = [now, earlier(now, lifetime)].map((begun) => partitionOf(begun, rowKey))
        for (const partition of new Set(places)) {
          const row = await table.get(partition, rowKey)
          if (row !== undefined) return { value: await kind.decode(OWNER, row), etag: row.etag }
        }
        return undefined
      },
      async take({ value, etag }) {
        const rowKey = rowKeyOf(idOf(value))
        try {
          await table.commit(partitionOf(begunAt(value), rowKey), [{ kind: 'delete', rowKey, etag }])
          return true
        } catch (error) {
          if (isFailure(error, 'ROW_CHANGED')) return false
          throw error
        }
      },
    }
  }
}

/** Its name is blind, so rows spread evenly. */
const shardOf = (rowKey: string): number => (Buffer.from(rowKey.slice(0, 4), 'base64url')[0] ?? 0) % SHARDS
