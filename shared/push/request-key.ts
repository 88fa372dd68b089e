import { days } from '../core/time.ts'

/** For so long a repeated request is answered as it was the first time. */
export const REQUEST_LIFETIME = days(1)

/** Makes a request known by the key that its integrator gave it, so that asking twice is asking once. */
export interface RequestKey {
  /** Blind name of the account, the integrator and the key. */
  readonly name: string
  /** Keyed digest of all that the request says. */
  readonly fingerprint: string
  /** Which item of a batch it is; absent for a whole request. */
  readonly item?: number | undefined
  /** The stored request that has expired and is replaced by this one: its etag. */
  readonly replaces?: string | undefined
}
