import type { EpochMs } from '../core/time.ts'
import type { RejectReason } from './reasons.ts'
import type { Snapshot } from './snapshot.ts'
import type { Wanted } from './wanted.ts'

/** The event an action is about, by the key of the agreement on it. */
export interface Target {
  readonly agreement: string
  readonly calendar: string
  /** The integrator's own id, for managed events. */
  readonly eventId?: string | undefined
  /** The provider's id, for events that are named by `event_uid`. */
  readonly providerId?: string | undefined
}

export type ActionRequest =
  | {
      readonly kind: 'upsert'
      readonly target: Target
      readonly wanted: Wanted
      /** What the integrator is known to have seen; what it repeats of that is no change. */
      readonly seen?: Snapshot | undefined
      /** Fields that another integrator has asked for later, each with the number of that action: they are no wish any more. */
      readonly outdone?: Readonly<Record<string, number>> | undefined
    }
  /** `seen` is what the cache said when the action was accepted: who changed it since wins over the deletion. */
  | { readonly kind: 'delete'; readonly target: Target; readonly seen?: Snapshot | undefined }
  /** All of the integrator's managed events, of these calendars only where some are named. */
  | { readonly kind: 'delete-all'; readonly calendars?: readonly string[] | undefined }
  | {
      readonly kind: 'respond'
      readonly target: Target
      readonly response: 'accepted' | 'tentative' | 'declined'
    }

/** A value of Microsoft's side that an integrator's explicit wish has replaced. */
export interface Overruled {
  readonly field: string
  readonly value: string
}

export type ActionState = 'pending' | 'applied' | 'unchanged' | 'rejected' | 'superseded'

/** An integrator's request, from acceptance to its outcome. The request's contents go when the outcome is known. */
export interface Action {
  /** Counts up within the account, in order of acceptance. */
  readonly number: number
  /** Unguessable; the number and this make the id in the API. */
  readonly token: string
  /** Client id of the integrator. */
  readonly integrator: string
  readonly acceptedAt: EpochMs
  /** The number of the last action that was settled for the same event when this one was accepted. */
  readonly settledBefore: number
  readonly state: ActionState
  readonly request?: ActionRequest | undefined
  readonly kind: ActionRequest['kind']
  readonly eventId?: string | undefined
  /** Why it was rejected. */
  readonly reason?: RejectReason | undefined
  /** Number of the action that took its place. */
  readonly supersededBy?: number | undefined
  readonly overruled: readonly Overruled[]
  readonly finishedAt?: EpochMs | undefined
  /** How often it was tried without an outcome, and when it is to be tried again. */
  readonly tries: number
  readonly notBefore?: EpochMs | undefined
}
