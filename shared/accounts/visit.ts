import type { DurationMs } from '../core/time.ts'

/**
 * How a visit ends: with nothing to do, or nothing that can be done, before the next one; with more to do after `wait`; or
 * with nothing that anybody could do for the account before `wait` is over.
 */
export type Visit = { readonly kind: 'done' } | { readonly kind: 'again' | 'held'; readonly wait: DurationMs }

export const DONE: Visit = { kind: 'done' }
