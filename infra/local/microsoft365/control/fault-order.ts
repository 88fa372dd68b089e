import * as z from 'zod'
import { type Faults, noFaults } from '../graph/faults.ts'

const Answer = z.strictObject({
  status: z.int().min(400).max(599),
  times: z.int().min(1).default(1),
  path: z.string().optional(),
  method: z.string().optional(),
  every: z.int().min(1).optional(),
  retryAfter: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  afterCommit: z.boolean().optional(),
  withoutBody: z.boolean().optional(),
})

/** Which faults to set; what is not named stays as it is. `answers` replaces the ones still waiting. */
export const FaultOrder = z.strictObject({
  answers: z.array(Answer).optional(),
  notifications: z
    .strictObject({
      drop: z.number().min(0).max(1),
      copies: z.int().min(1),
      createdTwice: z.boolean(),
      reversed: z.boolean(),
      delayMs: z.int().min(0),
    })
    .partial()
    .optional(),
  delta: z
    .strictObject({
      seriesOrder: z.enum(['first', 'last', 'other-page']),
      emptyPages: z.int().min(0),
      replays: z.boolean(),
      removedOccurrences: z.boolean(),
      loops: z.boolean(),
      lowerCaseLinks: z.boolean(),
      locationOnGone: z.boolean(),
    })
    .partial()
    .optional(),
  pageDelayMs: z.int().min(0).optional(),
  concurrency: z.int().min(1).optional(),
  honourIfMatch: z.boolean().optional(),
  duplicateStatus: z.union([z.literal(400), z.literal(409)]).optional(),
  versionAfterWrite: z.boolean().optional(),
})

export function applyFaults(faults: Faults, { notifications, delta, ...rest }: z.infer<typeof FaultOrder>): void {
  Object.assign(faults, rest)
  Object.assign(faults.notifications, notifications)
  Object.assign(faults.delta, delta)
}

/** Makes the service behave again. */
export const clearFaults = (faults: Faults): void => void Object.assign(faults, noFaults())
