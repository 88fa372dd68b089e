import * as z from 'zod'
import {
  BROWSER_SESSION_LIFETIME,
  PAGE_SIGN_IN_LIFETIME,
  type PageSignIn,
  type StoredBrowserSession,
} from '../../accounts/browser-sessions.ts'
import { SIGN_IN_LIFETIME } from '../../accounts/connect.ts'
import { isFailure } from '../../core/errors.ts'
import { type Clock, type DurationMs, days, type EpochMs, earlier, toIsoSeconds } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { LINK_TOKEN_LIFETIME } from '../../integrators/link-tokens.ts'
import { PERMISSION_REQUEST_LIFETIME } from '../../integrators/permission-requests.ts'
import type { OneTimeStore, OneTimeStores } from '../../integrators/ports.ts'
import { SCOPES } from '../../integrators/scopes.ts'
import { INSTALLATION_LIFETIME, type Installation } from '../../organisations/installations.ts'
import type { SealedKind, SealedRows } from '../sealed-rows.ts'
import { COMMIT_MAX_WRITES, type Tables, type Write } from '../table.ts'
import { Instant } from './instant.ts'

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
  standing: z.object({ roles: z.array(z.string()).readonly(), groups: z.array(z.string()).readonly().optional() }),
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
/** Every blind row key is base64url, so it sorts below this. */
const AFTER_LAST = '~'
/** The end of what names a person, in plain. */
const ENDS = 'endsAt'
/** How many days back a clean-up looks, because it may have been missed. */
const DAYS_TO_FORGET = 9

export interface OneTimeRows extends OneTimeStores {
  /**
   * Deletes what names a person once it is over, and what nobody used of the days before yesterday. For a timer of every
   * quarter of an hour: an erasure promises that nothing is left within the hour.
   */
  forgetOld(): Promise<void>
}

/**
 * What lives for minutes and is used once: one partition a day, so that what nobody used can be found and deleted.
 * @see ../schema.md
 */
export function createOneTimeRows(tables: Tables, rows: SealedRows, blind: BlindIndex, clock: Clock): OneTimeRows {
  const table = tables.table('oauth')
  const kindOf = <Value>(name: string, schema: z.ZodType<Value>) =>
    rows.kind({ name, table: 'oauth', schema, version: 1 })
  const partitionOf = (begun: EpochMs) => blind.token('sign-in', 'day', toIsoSeconds(begun).slice(0, 10))

  return {
    signIns: store(
      kindOf('sign-in', SignInRow),
      'state',
      ({ state }) => state,
      SIGN_IN_LIFETIME,
      ({ person }) => person !== undefined,
    ),
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
      () => true,
    ),
    installations: store(
      kindOf('installation', InstallationRow),
      'installation',
      ({ id }) => id,
      INSTALLATION_LIFETIME,
    ),
    async forgetOld() {
      for (let age = 0; age < DAYS_TO_FORGET; age += 1)
        await forgetOver(partitionOf(earlier(clock.now(), days(age))), age >= 2)
    },
  }

  /** @param use keeps the row keys of the kinds apart. @param lifetime of at most a day. */
  function store<Value extends { readonly expiresAt: EpochMs }>(
    kind: SealedKind<Value>,
    use: string,
    idOf: (value: Value) => string,
    lifetime: DurationMs,
    namesPerson: (value: Value) => boolean = () => false,
  ): OneTimeStore<Value> {
    const rowKeyOf = (id: string) => blind.token('sign-in', use, id)
    const begunIn = ({ expiresAt }: Value) => partitionOf(earlier(expiresAt, lifetime))
    return {
      async insert(value) {
        const [partition, rowKey] = [begunIn(value), rowKeyOf(idOf(value))]
        const sealed = await kind.encode(OWNER, partition, rowKey, value)
        const properties = namesPerson(value) ? { ...sealed, [ENDS]: value.expiresAt } : sealed
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

  async function forgetOver(partition: string, isOld: boolean): Promise<void> {
    for await (const page of table.range(partition, '', AFTER_LAST)) {
      const over = page.filter(({ properties }) => isOld || Number(properties[ENDS] ?? clock.now() + 1) <= clock.now())
      const deletions = over.map(({ rowKey, etag }): Write => ({ kind: 'delete', rowKey, etag }))
      for (let at = 0; at < deletions.length; at += COMMIT_MAX_WRITES)
        await forget(partition, deletions.slice(at, at + COMMIT_MAX_WRITES))
    }
  }

  /** One that is used at the same moment must not keep the others. */
  async function forget(partition: string, deletions: readonly Write[]): Promise<void> {
    try {
      await table.commit(partition, deletions)
    } catch (error) {
      if (!isFailure(error, 'ROW_CHANGED')) throw error
      if (deletions.length > 1) for (const deletion of deletions) await forget(partition, [deletion])
    }
  }
}
