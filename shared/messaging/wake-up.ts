import * as z from 'zod'
import { epochMs } from '../core/time.ts'
import { CARRIER } from '../core/trace-context.ts'

/** An account as messages name it. */
export const AccountId = z.string().regex(/^acc_[A-Za-z0-9_-]{22}$/)

/** The span that sent a message, as `traceparent` of W3C Trace Context; what is none is as good as absent. */
export const Trace = z.string().regex(CARRIER).optional().catch(undefined)

/**
 * "This account has something to do", and nothing more. Opaque ids only: queues keep messages on disk. What there is to
 * do stands in the tables; a lost, repeated or reordered wake-up does no harm.
 */
export const WakeUp = z.object({
  account: AccountId,
  /**
   * Two releases share the queue for a while. One that only the newer one knows may be about anything, so the calendar it
   * names, or every calendar, is read.
   */
  reason: z
    .enum(['connected', 'notified', 'renew', 'asked', 'continued', 'due', 'revoked', 'erase', 'resync'])
    .catch('notified'),
  /** Our name of the calendar that a notification was about; absent for all. */
  calendar: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/)
    .optional(),
  /** When the visit was planned for; only where it was `due`. */
  plannedFor: z.int().transform(epochMs).optional(),
  /** When an operator asked for it; only for a `resync`. */
  askedAt: z.int().transform(epochMs).optional(),
  /** When it is to be handled; only where a visit has sent it for what it left undone. */
  notBefore: z.int().transform(epochMs).optional(),
  trace: Trace,
})
export type WakeUp = z.infer<typeof WakeUp>
