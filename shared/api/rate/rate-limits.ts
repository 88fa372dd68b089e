import { boundedMap } from '../../core/bounded-map.ts'
import { asSyncError, SyncError } from '../../core/errors.ts'
import { failureFacts, type Log } from '../../core/log.ts'
import type { Clock, DurationMs } from '../../core/time.ts'
import type { Grant } from '../../integrators/grant.ts'
import type { RateCounters } from '../../storage/rates.ts'
import type { ApiRequest } from '../request.ts'
import { createQuota, type Policy, type Quota, type QuotaState } from './quota.ts'

/** Integrators and accounts remembered at most; who is forgotten begins anew. */
const MOST_QUOTAS = 20_000
/** A request waits no longer than this for the shared counter. */
const PATIENCE = 500 as DurationMs

export interface RateLimits {
  /**
   * Counts a request, for its integrator and for the account it is about, and tells in its answer's headers how many are
   * left. @throws SyncError `RATE_LIMITED`.
   */
  count(grant: Grant, request: ApiRequest): Promise<void>
  /** Counts a request with an API key, which is about no account by itself. @throws SyncError `RATE_LIMITED`. */
  countIntegrator(clientId: string, request: ApiRequest): Promise<void>
  /** Counts the accounts that a request reads beside the one that it is counted for. @throws SyncError `RATE_LIMITED`. */
  countAccounts(clientId: string, accounts: readonly string[], request: ApiRequest): Promise<void>
  /** Counts what else a request asks of the account. @throws SyncError `RATE_LIMITED`. */
  charge(grant: Grant, more: number, request: ApiRequest): Promise<void>
}

interface Dependencies {
  readonly counters: RateCounters
  readonly clock: Clock
  readonly log: Log
  readonly limits: { readonly second: number; readonly minute: number; readonly accountMinute: number }
}

export function createRateLimits({ counters, clock, log, limits }: Dependencies): RateLimits {
  const quotas = boundedMap<Quota>(MOST_QUOTAS)
  const policies = {
    second: { name: 'second', limit: limits.second, seconds: 1 },
    minute: { name: 'minute', limit: limits.minute, seconds: 60 },
    account: { name: 'account', limit: limits.accountMinute, seconds: 60 },
  } satisfies Record<string, Policy>

  const patient: Pick<RateCounters, 'take'> = {
    take: (...asked) => Promise.race([counters.take(...asked), clock.sleep(PATIENCE).then(tooSlow)]),
  }

  const away = (error: unknown) => log('warn', 'rates-counted-alone', failureFacts(asSyncError(error)))

  function quotaOf(subject: string, policy: Policy): Quota {
    const key = `${policy.name} ${subject}`
    const quota = quotas.get(key) ?? createQuota({ counters: patient, away }, subject, policy)
    quotas.set(key, quota)
    return quota
  }

  const accountQuota = ({ accountId, clientId }: Pick<Grant, 'accountId' | 'clientId'>) =>
    quotaOf(`${clientId} ${accountId}`, policies.account)

  /** All of them or none. */
  async function take(asked: readonly Quota[], points: number, request: ApiRequest): Promise<void> {
    const now = clock.now()
    for (const [at, quota] of asked.entries()) {
      if (await quota.take(points, now)) continue
      for (const before of asked.slice(0, at)) before.giveBack(points, now)
      tell(request, [quota.state(now)], policies)
      const facts = { policy: quota.state(now).policy.name }
      throw new SyncError('RATE_LIMITED', 'too many requests', { retryAfterMs: quota.state(now).resetMs, facts })
    }
    tell(
      request,
      asked.map((quota) => quota.state(now)),
      policies,
    )
  }

  const ownQuotas = (clientId: string) => [quotaOf(clientId, policies.minute), quotaOf(clientId, policies.second)]

  return {
    count: (grant, request) => take([...ownQuotas(grant.clientId), accountQuota(grant)], 1, request),
    countIntegrator: (clientId, request) => take(ownQuotas(clientId), 1, request),
    async countAccounts(clientId, accounts, request) {
      const asked = accounts.map((accountId) => accountQuota({ accountId, clientId }))
      if (asked.length > 0) await take(asked, 1, request)
    },
    async charge(grant, more, request) {
      if (more > 0) await take([accountQuota(grant)], more, request)
    },
  }
}

function tooSlow(): never {
  throw new SyncError('STORAGE_UNAVAILABLE', 'the counter of requests takes too long')
}

/**
 * The policy that is nearest to its end, under the three names that every client library reads. Later drafts put all of it
 * into one structured field, whose form has changed twice, and which libraries read differently where there are several
 * policies.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06
 */
function tell({ answerHeaders }: ApiRequest, states: readonly QuotaState[], policies: Record<string, Policy>): void {
  const nearest = states.reduce((one, other) => (other.remaining < one.remaining ? other : one))
  answerHeaders?.set('ratelimit-limit', String(nearest.policy.limit))
  answerHeaders?.set('ratelimit-remaining', String(nearest.remaining))
  answerHeaders?.set('ratelimit-reset', String(Math.ceil(nearest.resetMs / 1000)))
  const all = Object.values(policies).map(({ limit, seconds }) => `${limit};w=${seconds}`)
  answerHeaders?.set('ratelimit-policy', all.join(', '))
}
