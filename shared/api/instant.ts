import * as z from 'zod'

/** A time as our answers and notifications have it: UTC, in whole seconds. */
export const Instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
  .meta({ format: 'date-time', examples: ['2026-11-21T08:00:00Z'] })
