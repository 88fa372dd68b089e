import type { TableServiceClientOptions } from '@azure/data-tables'
import type { Write } from './table.ts'

type Policy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number]['policy']

export interface ConditionalDeletes {
  readonly policy: Policy
  /** Announces the writes of the commit that will be sent with this signal, which is what tells commits apart. */
  register(abortSignal: AbortSignal, writes: readonly Write[]): void
}

/**
 * Makes deletes inside a transaction depend on their etags. The client library (13.3.2) takes no etag for them and sends
 * `If-Match: *`, so a row that changed underneath would be deleted. The parts of the request are in the writes' order.
 * @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
 */
export function createConditionalDeletes(): ConditionalDeletes {
  const commits = new WeakMap<object, readonly Write[]>()
  return {
    register: (abortSignal, writes) => commits.set(abortSignal, writes),
    policy: {
      name: 'conditionalDeletes',
      sendRequest(request, next) {
        const writes = request.abortSignal && commits.get(request.abortSignal)
        if (writes && typeof request.body === 'string') request.body = withEtags(request.body, writes)
        return next(request)
      },
    },
  }
}

/** Just before the first line of each part. */
const PART_START = /(?=^--changeset_\S+\r\ncontent-type: application\/http\r\n)/im

function withEtags(body: string, writes: readonly Write[]): string {
  const [head = '', ...parts] = body.split(PART_START)
  if (parts.length !== writes.length) throw new TypeError('transaction has another number of parts than writes')
  return head + parts.map((part, index) => withEtag(part, writes[index])).join('')
}

function withEtag(part: string, write: Write | undefined): string {
  if (write?.kind !== 'delete' || write.etag === undefined) return part
  const { etag } = write
  if (!part.includes('\r\nDELETE ')) throw new TypeError('transaction has its parts in another order than the writes')
  return part.replace(/^if-match: \*\r$/im, () => `If-Match: ${etag}\r`)
}
