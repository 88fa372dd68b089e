import type { TableEntity, TransactionAction } from '@azure/data-tables'
import type { Properties, Property, StoredRow, Write } from './table.ts'

const INT32_LIMIT = 2 ** 31

/** A write as the client library takes it. */
export function toAction(partitionKey: string, write: Write): TransactionAction {
  const { rowKey } = write
  if (write.kind === 'delete') return ['delete', { partitionKey, rowKey }]
  const entity = { partitionKey, rowKey, ...toWire(write.properties) }
  if (write.kind === 'insert') return ['create', entity]
  if (write.kind === 'upsert') return ['upsert', entity, 'Replace']
  return ['update', entity, 'Replace', { etag: write.etag }]
}

/** The service takes an untyped whole number for an Edm.Int32 and refuses a larger one. */
const toWire = (properties: Properties): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === 'number' && !(Number.isInteger(value) && Math.abs(value) < INT32_LIMIT)
        ? { value: String(value), type: 'Double' }
        : value,
    ]),
  )

const OWN_NAMES = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata'])

/** An entity as the client library gives it; what is no property of ours is left out. */
export function toRow({
  partitionKey = '',
  rowKey = '',
  etag = '',
  ...rest
}: TableEntity<Record<string, unknown>>): StoredRow {
  const own = Object.entries(rest).filter((entry): entry is [string, Property] => isProperty(entry))
  return { partitionKey, rowKey, etag: String(etag), properties: Object.fromEntries(own) }
}

function isProperty([name, value]: [string, unknown]): boolean {
  if (OWN_NAMES.has(name)) return false
  return ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Uint8Array
}
