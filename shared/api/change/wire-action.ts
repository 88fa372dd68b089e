import { toIsoSeconds } from '../../core/time.ts'
import type { Action, Overruled } from '../../push/action.ts'
import { REJECT_REASONS } from '../../push/reasons.ts'
import { actionIdOf } from './action-id.ts'

const KINDS = {
  upsert: 'upsert',
  delete: 'delete',
  'delete-all': 'delete_all',
  respond: 'participation_status',
} as const satisfies Record<Action['kind'], string>

/** The fields that a request names otherwise than we do. */
const FIELDS: Readonly<Record<string, string>> = {
  times: 'start',
  reminderMinutes: 'reminders',
  sensitivity: 'event_private',
}

/**
 * An action in the API's format. Which action took the place of a superseded one is not said: it is the newest of the
 * same event, and the integrator has its address.
 * @param showsValues whether the caller may read events; else the overruled fields are named without what they held.
 */
export function wireAction(action: Action, showsValues: boolean) {
  const { kind, state, eventId, acceptedAt, finishedAt, reason, overruled } = action
  return {
    action: {
      action_id: actionIdOf(action),
      kind: KINDS[kind],
      state,
      ...(eventId !== undefined && { event_id: eventId }),
      accepted_at: toIsoSeconds(acceptedAt),
      ...(finishedAt !== undefined && { finished_at: toIsoSeconds(finishedAt) }),
      ...(reason !== undefined && { reason, description: REJECT_REASONS[reason] }),
      overruled: overruled.map((one) => wireOverruled(one, showsValues)),
    },
  }
}

const wireOverruled = ({ field, value }: Overruled, showsValues: boolean) => ({
  field: Object.hasOwn(FIELDS, field) ? FIELDS[field] : field,
  ...(showsValues && { value }),
})
