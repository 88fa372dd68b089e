import type { InvocationContext } from '@azure/functions'
import { type EpochMs, parseInstant } from '../core/time.ts'

/**
 * When the message of an invocation came into its queue, or was to be there, by the clock of the queue; undefined for what
 * no message has invoked.
 */
export function enqueuedAt({
  options,
  triggerMetadata,
}: Pick<InvocationContext, 'options' | 'triggerMetadata'>): EpochMs | undefined {
  const at: unknown = options.trigger.type === 'serviceBusTrigger' && triggerMetadata?.['enqueuedTimeUtc']
  return typeof at === 'string' ? parseInstant(at) : undefined
}
