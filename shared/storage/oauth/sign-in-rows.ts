import * as z from 'zod'
import { SIGN_IN_LIFETIME } from '../../accounts/connect.ts'
import type { SignInStore } from '../../accounts/ports.ts'
import { isFailure } from '../../core/errors.ts'
import { type Clock, days, type EpochMs, earlier, toIsoSeconds } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { SCOPES } from '../../integrators/scopes.ts'
import type { SealedRows } from '../sealed-rows.ts'
import { COMMIT_MAX_WRITES, type Tables } from '../table.ts'
import { Instant } from './instant.ts'

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
  expiresAt: Instant,
})

const OWNER = { kind: 'service' } as const
/** Every blind row key is base64url, so it sorts below this. */
const AFTER_LAST = '~'
/** How far back a clean-up looks; it runs daily, and may have been missed for some days. */
const DAYS_TO_FORGET = 7

export interface SignInRows extends SignInStore {
  /** Deletes the sign-ins that nobody finished, of the days before yesterday. For a daily timer. */
  forgetOld(): Promise<void>
}

/** Sign-ins under way: one partition a day, so that what nobody finished can be found and deleted. @see ../schema.md */
export function createSignInRows(tables: Tables, rows: SealedRows, blind: BlindIndex, clock: Clock): SignInRows {
  const table = tables.table('oauth')
  const kind = rows.kind({ name: 'sign-in', table: 'oauth', schema: SignInRow, version: 1 })
  const partitionOf = (begun: EpochMs) => blind.token('sign-in', 'day', toIsoSeconds(begun).slice(0, 10))
  const rowKeyOf = (state: string) => blind.token('sign-in', 'state', state)
  const begunAt = (expiresAt: EpochMs) => earlier(expiresAt, SIGN_IN_LIFETIME)

  return {
    async insert(signIn) {
      const [partition, rowKey] = [partitionOf(begunAt(signIn.expiresAt)), rowKeyOf(signIn.state)]
      const properties = await kind.encode(OWNER, partition, rowKey, signIn)
      await table.commit(partition, [{ kind: 'insert', rowKey, properties }])
    },

    async find(state) {
      const now = clock.now()
      for (const partition of new Set([partitionOf(now), partitionOf(earlier(now, SIGN_IN_LIFETIME))])) {
        const row = await table.get(partition, rowKeyOf(state))
        if (row !== undefined) return { value: await kind.decode(OWNER, row), etag: row.etag }
      }
      return undefined
    },

    async take({ value, etag }) {
      try {
        const partition = partitionOf(begunAt(value.expiresAt))
        await table.commit(partition, [{ kind: 'delete', rowKey: rowKeyOf(value.state), etag }])
        return true
      } catch (error) {
        if (isFailure(error, 'ROW_CHANGED')) return false
        throw error
      }
    },

    async forgetOld() {
      for (let age = 2; age < 2 + DAYS_TO_FORGET; age += 1) {
        await forgetPartition(partitionOf(earlier(clock.now(), days(age))))
      }
    },
  }

  async function forgetPartition(partition: string): Promise<void> {
    for await (const page of table.range(partition, '', AFTER_LAST)) {
      for (let at = 0; at < page.length; at += COMMIT_MAX_WRITES) {
        const part = page.slice(at, at + COMMIT_MAX_WRITES)
        await table.commit(
          partition,
          part.map(({ rowKey, etag }) => ({ kind: 'delete', rowKey, etag })),
        )
      }
    }
  }
}
