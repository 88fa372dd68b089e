import type { DurationMs } from '../core/time.ts'

/**
 * How a visit ends: with nothing to do, or nothing that can be done, before the next one; with more to do after `wait`; or
 * with nothing to be done for the account before `wait` is over, whoever asks for it, as far as this visit knows.
 */
export type Visit = { readonly kind: 'done' } | { readonly kind: 'again' | 'held'; readonly wait: DurationMs }

export const DONE: Visit = { kind: 'done' }
