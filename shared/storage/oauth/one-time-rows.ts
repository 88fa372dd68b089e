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
import { type Clock, type DurationMs, days, type EpochMs, earlier, toIsoSeconds } from '../../core/time.ts'
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

export interface OneTimeRows extends OneTimeStores {
  /** Deletes what is over and was not used. For a timer of every quarter of an hour: an erasure promises that nothing is left within the hour. */
  forgetOld(): Promise<void>
}

/**
 * What lives for minutes and is used once: one partition a day, so that what nobody used can be found, and its end in plain,
 * so that it can be deleted as soon as it is over.
 * @see ../schema.md
 */
export function createOneTimeRows(tables: Tables, rows: SealedRows, blind: BlindIndex, clock: Clock): OneTimeRows {
  const table = tables.table('oauth')
  const kindOf = <Value>(name: string, schema: z.ZodType<Value>) =>
    rows.kind({ name, table: 'oauth', schema, version: 1 })
  const partitionOf = (begun: EpochMs) => blind.token('sign-in', 'day', toIsoSeconds(begun).slice(0, 10))

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
      for (let age = 0; age <= DAYS_TO_FORGET; age += 1) {
        const now = clock.now()
        const partition = partitionOf(earlier(now, days(age)))
        // Whoever comes too late takes a row meanwhile.
        await retryWhenChanged(() => forgetRows(table, partition, (row) => isExpired(row, now)))
      }
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
    const begunIn = ({ expiresAt }: Value) => partitionOf(earlier(expiresAt, lifetime))
    return {
      async insert(value) {
        const [partition, rowKey] = [begunIn(value), rowKeyOf(idOf(value))]
        const sealed = await kind.encode(OWNER, partition, rowKey, value)
        const properties = { ...sealed, expires: value.expiresAt }
        await table.commit(partition, [{ kind: 'insert', rowKey, properties }])
      },
      async find(id) {
        const now = clock.now()
        for (const partition of new Set([partitionOf(now), partitionOf(earlier(now, lifetime))])) {
          const row = await table.get(partition, rowKeyOf(id))
          if (row !== undefined) return { value: await kind.decode(OWNER, row), etag: row.etag }
        }
        return undefined
      },
      async take({ value, etag }) {
        try {
          await table.commit(begunIn(value), [{ kind: 'delete', rowKey: rowKeyOf(idOf(value)), etag }])
          return true
        } catch (error) {
          if (isFailure(error, 'ROW_CHANGED')) return false
          throw error
        }
      },
    }
  }
}
