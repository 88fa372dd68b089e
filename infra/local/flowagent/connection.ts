import type { EpochMs } from '../../../shared/core/time.ts'
import type { Person } from './messages.ts'

export interface Tokens {
  access: string
  refresh: string
  expiresAt: EpochMs
}

/** What one browser session holds once its person has approved. */
export interface Connection {
  /** Replaced in place when refreshed, so that every holder of the connection sees the new ones. */
  tokens: Tokens
  /** The person's id at the API, stable over reconnects. */
  subject: string
  person: Person
  timeZone: string
  connectedAt: EpochMs
}

type ApiFailure = 'unreachable' | 'throttled' | 'ended' | 'refused' | 'unexpected'

/**
 * The integrator API did not do what was asked. `unreachable` and `throttled`: try again later. `ended`: the person's
 * permission is gone, connect again. `refused` and `unexpected`: no use in trying the same again.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly failure: ApiFailure
  readonly status: number | undefined
  readonly retryAfterSeconds: number | undefined
  /** The fields of a change that the API found fault with, each with a sentence. */
  readonly fields: Readonly<Record<string, string>> | undefined

  constructor(
    failure: ApiFailure,
    detail: { status?: number; retryAfterSeconds?: number; fields?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(`integrator API: ${failure}`, { cause: detail.cause })
    this.failure = failure
    this.status = detail.status
    this.retryAfterSeconds = detail.retryAfterSeconds
    this.fields = detail.fields
  }
}
