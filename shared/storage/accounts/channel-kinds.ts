import * as z from 'zod'
import { type Channel, EXTRA_TYPES } from '../../channels/channel.ts'
import { Instant } from '../instant.ts'

/** The contents of a channel's row, before sealing. @see ../schema.md */
export const ChannelRow: z.ZodType<Channel> = z.object({
  id: z.string(),
  integrator: z.string(),
  callbackUrl: z.string(),
  filters: z.object({ calendars: z.array(z.string()).readonly().optional(), onlyManaged: z.boolean() }),
  extraTypes: z.array(z.enum(EXTRA_TYPES)).readonly(),
  createdAt: Instant,
  told: z.object({
    verification: z.boolean(),
    notifications: z.number(),
    nextChange: z.number(),
    connected: z.boolean(),
    firstPull: z.boolean(),
    rejectedActions: z.number(),
    settledActions: z.number(),
    laterActions: z.array(z.number()).readonly(),
  }),
  toldAt: Instant.optional(),
  failure: z
    .object({
      since: Instant,
      lastAttemptAt: Instant,
      attempts: z.number(),
      reason: z.string(),
      notBefore: Instant,
    })
    .optional(),
  closed: z.object({ at: Instant, reason: z.enum(['http_410', 'not_granted']) }).optional(),
})
