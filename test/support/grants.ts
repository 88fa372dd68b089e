import type { AuditRecord } from '../../shared/audit/ports.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { createBlindIndex } from '../../shared/crypto/blind-index.ts'
import type { Grant, GrantRef } from '../../shared/integrators/grant.ts'
import { type Consent, createGrants } from '../../shared/integrators/grants.ts'
import { createIssuing, type Redemption } from '../../shared/integrators/issuing.ts'
import type { GrantStore } from '../../shared/integrators/ports.ts'
import { createTokenSecrets, parseToken } from '../../shared/integrators/token.ts'
import { createStillClock } from './crypto.ts'

export const CONSENT: Consent = {
  ...{ clientId: 'planner', accountId: 'acc_1', profile: {} as never, scopes: ['read_events'], unrestricted: false },
  ...{ redirectUri: 'https://x.example' },
}

interface Store extends GrantStore {
  readonly rows: Map<string, { value: Grant; etag: string }>
  /** Runs once before the next write. */
  before: (() => Promise<unknown>) | undefined
}

function createStore(): Store {
  let writes = 0
  const rows: Store['rows'] = new Map()
  const keyOf = ({ account, id }: GrantRef) => `${account} ${id}`
  return {
    rows,
    before: undefined,
    find: async (ref) => rows.get(keyOf(ref)),
    ofAccount: async (account) => [...rows.values()].filter(({ value }) => value.accountId === account),
    refsOf: async (account) =>
      [...rows.values()].filter(({ value }) => value.accountId === account).map(({ value }) => value.ref),
    async insert(grant) {
      rows.set(keyOf(grant.ref), { value: grant, etag: `${++writes}` })
    },
    async replace(grant, etag) {
      const between = this.before
      this.before = undefined
      await between?.()
      if (rows.get(keyOf(grant.ref))?.etag !== etag) throw new SyncError('ROW_CHANGED', 'changed')
      rows.set(keyOf(grant.ref), { value: grant, etag: `${++writes}` })
      return `${writes}`
    },
    forget: async () => 0,
    async delete(ref) {
      rows.delete(keyOf(ref))
    },
    async discard({ value: { ref }, etag }) {
      const between = this.before
      this.before = undefined
      await between?.()
      if (rows.get(keyOf(ref))?.etag === etag) rows.delete(keyOf(ref))
    },
  }
}

/** Grants over a store in memory, their tokens, and what is recorded of them. */
export function createGrantWorld() {
  const [clock, store] = [createStillClock(), createStore()]
  const trail: AuditRecord[] = []
  const removed = new Set<string>()
  const blind = createBlindIndex(Buffer.alloc(32, 3))
  const secrets = createTokenSecrets(blind)
  const audit = { record: async (...records: readonly AuditRecord[]) => void trail.push(...records) }
  const isRegistered = async (clientId: string) => !removed.has(clientId)
  const grants = createGrants({
    ...{ store, secrets, blind, isRegistered, audit, clock, random: systemRandom },
    restoredAt: () => undefined,
  })
  const issuing = createIssuing({ store, secrets, clock, random: systemRandom })

  /** What presenting a code or refresh token finds. */
  async function redemptionOf(kind: 'code' | 'refresh', text: string): Promise<Redemption> {
    const presented = parseToken(kind, text)
    const grant = presented && (await store.find(presented.ref))
    if (presented === undefined || grant === undefined) throw new Error('nothing has this token')
    return { presented, grant }
  }

  async function tokensOf(kind: 'code' | 'refresh', text: string) {
    const redemption = await redemptionOf(kind, text)
    const { nextToken, issue } = issuing
    const [accessToken, refreshToken] = [nextToken('access', redemption), nextToken('refresh', redemption)]
    return issue({ accessToken, refreshToken }, redemption)
  }

  return {
    ...{ clock, store, trail, removed, blind, grants, issuing, redemptionOf, tokensOf },
    values: (): Grant[] => [...store.rows.values()].map(({ value }) => value),
    connected: async (consent: Partial<Consent> = {}) =>
      tokensOf('code', await grants.issueCode({ ...CONSENT, ...consent })),
  }
}
