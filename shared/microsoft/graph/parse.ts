import type * as z from 'zod'
import { SyncError } from '../../core/errors.ts'

/** Checks a body before anything of it is used. @throws SyncError `MICROSOFT_UNEXPECTED_SHAPE`. */
export function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.filter((part) => typeof part === 'string').join('.') ?? ''
  throw new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'an answer of Graph does not match its schema', {
    facts: { path: path.slice(0, 80) },
  })
}
