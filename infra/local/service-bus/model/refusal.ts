/**
 * The error conditions of Service Bus that this broker gives, with the status its management answers carry.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-troubleshoot
 */
export const CONDITIONS = {
  'amqp:not-found': 404,
  'amqp:not-allowed': 400,
  'amqp:not-implemented': 501,
  'amqp:unauthorized-access': 401,
  'amqp:link:message-size-exceeded': 403,
  'com.microsoft:argument-error': 400,
  'com.microsoft:message-lock-lost': 410,
  'com.microsoft:message-not-found': 404,
  'com.microsoft:session-cannot-be-locked': 410,
  'com.microsoft:session-lock-lost': 410,
  'com.microsoft:timeout': 408,
} as const

export type Condition = keyof typeof CONDITIONS

/** What the broker says to a client instead of doing what was asked. Never a fault of the broker itself. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly condition: Condition

  constructor(condition: Condition, description: string) {
    super(description)
    this.condition = condition
  }
}
