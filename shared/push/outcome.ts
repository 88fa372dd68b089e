import type { EpochMs } from '../core/time.ts'
import type { Action } from './action.ts'

export type Outcome = Pick<Action, 'state' | 'reason' | 'overruled'>

/** An action with its outcome; what it asked for is forgotten. */
export const finished = (action: Action, outcome: Outcome, now: EpochMs): Action => ({
  ...withoutRequest(action),
  ...outcome,
  finishedAt: now,
})

/** An action that a later one has taken the place of. */
export const superseded = (action: Action, by: Action, now: EpochMs): Action => supersededBy(by.number, action, now)

/** @param number of the later one. */
export const supersededBy = (number: number, action: Action, now: EpochMs): Action => ({
  ...finished(action, { state: 'superseded', overruled: action.overruled }, now),
  supersededBy: number,
})

const withoutRequest = ({ request: _, notBefore: __, ...action }: Action): Action => action
