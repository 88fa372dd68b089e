import type { EpochMs } from '../core/time.ts'
import type { Target } from './action.ts'
import type { Snapshot } from './snapshot.ts'
import type { Times, Wanted } from './wanted.ts'

/** What one integrator and Microsoft last agreed on about one event: the base of the next merge. */
export interface Agreement {
  readonly key: string
  /** Client id. */
  readonly integrator: string
  readonly calendar: string
  /** The integrator's own id; absent for events that the integrator did not create. */
  readonly eventId?: string | undefined
  /** Where the event lives; absent until it is known. */
  readonly providerId?: string | undefined
  /** The `providerId` of an event that somebody else was seen to delete. */
  readonly gone?: string | undefined
  /** Where somebody had moved the event since `stored`, when the window left it behind. */
  readonly movedTo?: Times | undefined
  /** Counts the creations of this event; part of the marker, because the provider never takes a marker twice. */
  readonly generation: number
  /** Everything the integrator has asked for so far, the newest wish for each field. */
  readonly sent: Wanted
  /** For each field of `sent`, the number of the action that asked for it last. */
  readonly sentBy: Readonly<Record<string, number>>
  /** What the provider stored then; absent before the first write. */
  readonly stored?: Snapshot | undefined
  /** Number of the action that `stored` is of. */
  readonly storedBy: number
  /** Number of the last action that was settled. */
  readonly settled: number
  /** When a creation was last asked for whose answer is not known: the event may be there. */
  readonly attemptedAt?: EpochMs | undefined
  /** When the first of the creations was asked for whose answers are not known. */
  readonly attemptedSince?: EpochMs | undefined
}

/** Where nothing has been agreed on. */
export const newAgreement = (target: Target, integrator: string): Agreement => ({
  key: target.agreement,
  integrator,
  calendar: target.calendar,
  eventId: target.eventId,
  providerId: target.providerId,
  generation: 1,
  sent: {},
  sentBy: {},
  storedBy: 0,
  settled: 0,
})

/** The name of one creation: the provider makes at most one event for it. */
export const markerOf = ({ key, generation }: Pick<Agreement, 'key' | 'generation'>): string => `${key}.${generation}`

/** Whether an event may be there under this agreement. */
export const mayExist = ({ providerId, attemptedAt }: Agreement): boolean =>
  providerId !== undefined || attemptedAt !== undefined

const MARKER = /^([A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22})\.(\d{1,9})$/

/** Which creation a marker names; undefined for what is no marker of ours. */
export function creationOf(marker: string | undefined): Pick<Agreement, 'key' | 'generation'> | undefined {
  const [, key, generation] = MARKER.exec(marker ?? '') ?? []
  return key === undefined ? undefined : { key, generation: Number(generation) }
}

/** The key of the agreement a marker belongs to; undefined for what is no marker of ours. */
export const agreementKeyOf = (marker: string | undefined): string | undefined => creationOf(marker)?.key
