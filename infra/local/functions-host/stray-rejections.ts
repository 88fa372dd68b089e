/** Of the client library for Service Bus, when an answer to its closing of a link does not come. */
const CLOSING_TIMED_OUT = /^Unable to close the (receiver|amqp session) /

/**
 * Keeps the process from ending by what nobody can catch: when a session's messages are waited for in silence, the client
 * library closes the session's link without waiting for that, and the broker's word that the lock was lost is a rejection
 * of nobody. The real host receives with another library. Any other rejection that nobody handles ends the process, as in
 * the real worker.
 */
export function outliveStrayRejections(): void {
  process.on('unhandledRejection', (reason) => {
    if (!isOfClosing(reason)) throw reason
  })
}

/** An AMQP error as it came over the wire, which is no `Error`, or no answer within a minute. */
function isOfClosing(reason: unknown): boolean {
  if (reason instanceof Error) return CLOSING_TIMED_OUT.test(reason.message)
  const { condition } = (reason ?? {}) as { condition?: unknown }
  return typeof condition === 'string' && /^(amqp|com\.microsoft):/.test(condition)
}
