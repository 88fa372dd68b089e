import type { DurationMs } from '../core/time.ts'

/** How a visit ends: with nothing to do, or nothing that can be done, before the next one; or with more to do after `wait`. */
export type Visit = { readonly kind: 'done' } | { readonly kind: 'again'; readonly wait: DurationMs }

export const DONE: Visit = { kind: 'done' }
