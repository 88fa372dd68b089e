import * as z from 'zod'

/** How often, and for whom, an ordered failure is given; sign-in and Graph have this in common. */
export const orderedFields = {
  person: z.string().optional().describe('only for this person: an oid or an address'),
  times: z.int().min(1).optional().describe('how often; once when neither this nor `probability` is given'),
  every: z.int().min(1).optional().describe('only each n-th request that matches'),
  probability: z.number().min(0).max(1).optional().describe('the share of the matching requests'),
}

/** An answer that stands in for the real one. */
export const FaultyAnswer = z.strictObject({
  status: z.int().min(400).max(599).describe('the HTTP status; code and message are the usual ones for it'),
  ...orderedFields,
  path: z
    .string()
    .optional()
    .describe(
      'only a path that contains this: `$batch` meets the envelope of a batch, `/events` also the requests inside',
    ),
  method: z.string().optional().describe('only requests with this method'),
  app: z.string().optional().describe('only requests of the application with this id'),
  retryAfter: z.string().optional().describe('`Retry-After` as it goes out: seconds, or a fraction of them'),
  retryAfterDate: z.number().optional().describe('`Retry-After` as the HTTP date that is so many seconds ahead'),
  code: z.string().optional().describe('the code of the error'),
  message: z.string().optional().describe('the message of the error'),
  afterCommit: z.boolean().optional().describe('do what was asked, then fail, so that the outcome is unknown'),
  withoutBody: z.boolean().optional().describe('nothing but the status, as when the connection breaks'),
})
export type FaultyAnswer = z.infer<typeof FaultyAnswer>
