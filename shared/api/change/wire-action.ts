import * as z from 'zod'
import { toIsoSeconds } from '../../core/time.ts'
import type { Action, Overruled } from '../../push/action.ts'
import { REJECT_REASONS, type RejectReason } from '../../push/reasons.ts'
import { Instant } from '../instant.ts'
import { actionIdOf } from './action-id.ts'

const KINDS = {
  upsert: 'upsert',
  delete: 'delete',
  'delete-all': 'delete_all',
  respond: 'participation_status',
} as const satisfies Record<Action['kind'], string>

/** The fields that a request names otherwise than we do. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['times', 'start'],
  ['reminderMinutes', 'reminders'],
  ['sensitivity', 'event_private'],
])

/** The answer of `GET /v1/actions/{id}`. */
export const ActionAnswer = z.object({
  action: z
    .object({
      action_id: z.string().meta({ examples: ['act_1_dGhpcyBpcyBhIHRva2Vu'] }),
      kind: z.enum(['upsert', 'delete', 'delete_all', 'participation_status']),
      state: z.enum(['pending', 'applied', 'unchanged', 'rejected', 'superseded']).meta({
        description: 'Superseded: a newer change of the same event was applied in its place.',
      }),
      event_id: z.string().optional(),
      accepted_at: Instant,
      finished_at: Instant.optional(),
      reason: z
        .enum(Object.keys(REJECT_REASONS) as [RejectReason, ...RejectReason[]])
        .optional()
        .meta({ description: 'Why it was rejected; `description` says it in words.' }),
      description: z.string().optional(),
      overruled: z.array(z.object({ field: z.string(), value: z.unknown().optional() })).meta({
        description: 'What others had changed meanwhile, and this change replaced. Values need a reading scope.',
      }),
    })
    .meta({ id: 'Action' }),
})
export type ActionAnswer = z.infer<typeof ActionAnswer>

/**
 * An action in the API's format. Which action took the place of a superseded one is not said: it is the newest of the
 * same event, and the integrator has its address.
 * @param showsValues whether the caller may read events; else the overruled fields are named without what they held.
 */
export function wireAction(action: Action, showsValues: boolean): ActionAnswer {
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
  field: FIELDS.get(field) ?? field,
  ...(showsValues && { value }),
})
