import { SyncError } from '../core/errors.ts'
import { COMMIT_MAX_BYTES, COMMIT_MAX_WRITES, type Properties, type Property, type Write } from './table.ts'

/** The service's limits for one row. @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
export const ROW_MAX_BYTES = 1024 * 1024
export const PROPERTY_MAX_BYTES = 64 * 1024
const KEY_MAX_BYTES = 1024
const OWN_PROPERTIES_MAX = 252

/** What the service adds around a row and around each of its properties. */
const ROW_OVERHEAD = 4
const PROPERTY_OVERHEAD = 8

/** Headers and address of one write inside a commit, without the keys: about 360, the rest is for long host names. */
const WRITE_OVERHEAD = 640

/** A row's size as the service counts it against `ROW_MAX_BYTES`. */
export function rowBytes(partitionKey: string, rowKey: string, properties: Properties): number {
  const own = Object.entries(properties).map(
    ([name, value]) => PROPERTY_OVERHEAD + 2 * name.length + propertyBytes(value),
  )
  return ROW_OVERHEAD + 2 * (partitionKey.length + rowKey.length) + sum(own)
}

/**
 * What a write adds to the request of its commit, in bytes, at most: the service counts the request as sent, where binary
 * is base64.
 */
export function writeBytes(partitionKey: string, write: Write): number {
  const keys = 3 * 2 * (Buffer.byteLength(partitionKey) + Buffer.byteLength(write.rowKey))
  if (write.kind === 'delete') return WRITE_OVERHEAD + keys
  const own = Object.entries(write.properties).map(([name, value]) => 2 * name.length + 40 + jsonBytes(value))
  return WRITE_OVERHEAD + keys + sum(own)
}

/**
 * Refuses a commit that the service would refuse, with the rule it breaks. Every implementation of `Table` calls it.
 * @throws SyncError `INTERNAL`: whoever made the commit has to split it.
 */
export function checkCommit(partitionKey: string, writes: readonly Write[]): void {
  if (writes.length === 0 || writes.length > COMMIT_MAX_WRITES) throw tooMuch('writes in a commit', writes.length)
  if (new Set(writes.map(({ rowKey }) => rowKey)).size < writes.length) throw tooMuch('writes to one row', 2)
  const bytes = sum(writes.map((write) => writeBytes(partitionKey, write)))
  if (bytes > COMMIT_MAX_BYTES) throw tooMuch('bytes in a commit', bytes)
  for (const write of writes) checkWrite(partitionKey, write)
}

function checkWrite(partitionKey: string, write: Write): void {
  for (const key of [partitionKey, write.rowKey]) {
    if (2 * key.length > KEY_MAX_BYTES) throw tooMuch('bytes in a key', 2 * key.length)
  }
  if (write.kind === 'delete') return
  const values = Object.values(write.properties)
  if (values.length > OWN_PROPERTIES_MAX) throw tooMuch('properties in a row', values.length)
  const largest = Math.max(
    0,
    ...values.map((value) => (typeof value === 'object' ? value.length : propertyBytes(value))),
  )
  if (largest > PROPERTY_MAX_BYTES) throw tooMuch('bytes in a property', largest)
  const bytes = rowBytes(partitionKey, write.rowKey, write.properties)
  if (bytes > ROW_MAX_BYTES) throw tooMuch('bytes in a row', bytes)
}

function propertyBytes(value: Property): number {
  if (typeof value === 'string') return 4 + 2 * value.length
  if (typeof value === 'number') return 8
  if (typeof value === 'boolean') return 1
  return 4 + value.length
}

function jsonBytes(value: Property): number {
  if (value instanceof Uint8Array) return Math.ceil(value.length / 3) * 4
  return Buffer.byteLength(JSON.stringify(value))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const tooMuch = (what: string, count: number) =>
  new SyncError('INTERNAL', `commit breaks a limit of the table service: ${what}`, { facts: { what, count } })
