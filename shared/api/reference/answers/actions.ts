import * as z from 'zod'
import { REJECT_REASONS } from '../../../push/reasons.ts'
import { Time } from './ids.ts'

type Reason = keyof typeof REJECT_REASONS

/** `GET /v1/actions/{id}` */
export const ActionAnswer = z.object({
  action: z
    .object({
      action_id: z.string().meta({ examples: ['act_1_dGhpcyBpcyBhIHRva2Vu'] }),
      kind: z.enum(['upsert', 'delete', 'delete_all', 'participation_status']),
      state: z.enum(['pending', 'applied', 'unchanged', 'rejected', 'superseded']).meta({
        description: 'Superseded: a newer change of the same event was applied in its place.',
      }),
      event_id: z.string().optional(),
      accepted_at: Time,
      finished_at: Time.optional(),
      reason: z
        .enum(Object.keys(REJECT_REASONS) as [Reason, ...Reason[]])
        .optional()
        .meta({ description: 'Why it was rejected; `description` says it in words.' }),
      description: z.string().optional(),
      overruled: z.array(z.object({ field: z.string(), value: z.unknown().optional() })).meta({
        description: 'What others had changed meanwhile, and this change replaced. Values need a reading scope.',
      }),
    })
    .meta({ id: 'Action' }),
})
