import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import type { RpcTypedData } from './core-types.ts'
import type { InvocationInput } from './invocation.ts'

/** What the real extension tells of a message beside its body, under its names. Absent values stay absent. */
const METADATA: Record<string, (message: ServiceBusReceivedMessage) => unknown> = {
  MessageId: ({ messageId }) => messageId,
  SessionId: ({ sessionId }) => sessionId,
  DeliveryCount: ({ deliveryCount }) => (deliveryCount ?? 0) + 1,
  SequenceNumber: ({ sequenceNumber }) => sequenceNumber?.toNumber(),
  EnqueuedTimeUtc: ({ enqueuedTimeUtc }) => enqueuedTimeUtc?.toISOString(),
  ExpiresAtUtc: ({ expiresAtUtc }) => expiresAtUtc?.toISOString(),
  LockedUntil: ({ lockedUntilUtc }) => lockedUntilUtc?.toISOString(),
  LockToken: ({ lockToken }) => lockToken,
  CorrelationId: ({ correlationId }) => correlationId,
  ContentType: ({ contentType }) => contentType,
  Subject: ({ subject }) => subject,
  ReplyTo: ({ replyTo }) => replyTo,
  To: ({ to }) => to,
  PartitionKey: ({ partitionKey }) => partitionKey,
  ApplicationProperties: ({ applicationProperties }) => applicationProperties ?? {},
}

/** A message as the data of an invocation. */
export function singleInput(message: ServiceBusReceivedMessage): InvocationInput {
  const metadata: Record<string, RpcTypedData> = {}
  for (const [name, read] of Object.entries(METADATA)) {
    const value = read(message)
    if (value !== undefined && value !== null) metadata[name] = typedData(value)
  }
  return { data: { string: bodyText(message) }, metadata }
}

function typedData(value: unknown): RpcTypedData {
  if (typeof value === 'string') return { string: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { int: value } : { double: value }
  return { json: JSON.stringify(value) }
}

/** The receiver leaves the body as it came, because the library parses what is JSON. */
function bodyText({ body }: ServiceBusReceivedMessage): string {
  if (Buffer.isBuffer(body)) return body.toString('utf8')
  return typeof body === 'string' ? body : JSON.stringify(body)
}
