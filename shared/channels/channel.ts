import type { EpochMs } from '../core/time.ts'

/** Kinds of notification that a channel gets only when it was asked for; clients that exist do not know them. */
export const EXTRA_TYPES = ['event_write_failed', 'window_roll'] as const
export type ExtraType = (typeof EXTRA_TYPES)[number]

export interface ChannelFilters {
  /** Our keys of the only calendars it is about; all when absent. */
  readonly calendars?: readonly string[] | undefined
  /** Only events that the integrator manages. */
  readonly onlyManaged: boolean
}

/** Where an integrator wants to be told that something of an account has changed. */
export interface Channel {
  readonly id: string
  /** Client id of the integrator. */
  readonly integrator: string
  readonly callbackUrl: string
  readonly filters: ChannelFilters
  readonly extraTypes: readonly ExtraType[]
  readonly createdAt: EpochMs
  readonly told: Told
  /** When it was last told of changes: a burst is told as one. */
  readonly toldAt?: EpochMs | undefined
  /** The last delivery has failed; absent while all is well. */
  readonly failure?: DeliveryFailure | undefined
  /** Nothing is told any more, until the integrator asks for the same channel again. */
  readonly closed?: { readonly at: EpochMs; readonly reason: CloseReason } | undefined
}

/** What a channel has been told. The rest of what the account's rows say it is still owed. */
export interface Told {
  readonly verification: boolean
  /** How many notifications it has taken: what is told twice with the same words has two ids. */
  readonly notifications: number
  /** Number of the first entry of the change log that it may not know. */
  readonly nextChange: number
  /** Whether the person was connected. */
  readonly connected: boolean
  readonly firstPull: boolean
  /** How many rejected actions the account had; all actions up to `settledActions` are told, and these after it. */
  readonly rejectedActions: number
  readonly settledActions: number
  readonly laterActions: readonly number[]
}

/** `http_410`: the receiver has said that it is gone. `not_granted`: the person's consent has ended, or no longer reaches so far. */
export type CloseReason = 'http_410' | 'not_granted'

export interface DeliveryFailure {
  readonly since: EpochMs
  readonly lastAttemptAt: EpochMs
  readonly attempts: number
  /** `http_<status>`, or why there was no answer. */
  readonly reason: string
  readonly notBefore: EpochMs
}

/** A stored channel with the version it was read in. */
export interface StoredChannel {
  readonly channel: Channel
  readonly etag: string
}

/** How it does, in a word that integrators are told. */
export function statusOf({ closed, failure }: Channel): 'active' | 'failing' | 'closed' {
  if (closed !== undefined) return 'closed'
  return failure === undefined ? 'active' : 'failing'
}
