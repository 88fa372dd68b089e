import * as z from 'zod'
import type { Gap, Properties, Property, StoredRow, Write } from '../../shared/storage/table.ts'

/** The parts of the table service's protocol that Microsoft's client sends. @see https://learn.microsoft.com/rest/api/storageservices/table-service-rest-api */

const Entity = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

/** The row as minimal metadata has it. */
export function entityOf({ partitionKey, rowKey, etag, properties }: StoredRow): object {
  const own = Object.entries(properties).flatMap(([name, value]) => {
    if (value instanceof Uint8Array)
      return [
        [`${name}@odata.type`, 'Edm.Binary'],
        [name, Buffer.from(value).toString('base64')],
      ]
    if (typeof value === 'number' && !Number.isInteger(value))
      return [
        [`${name}@odata.type`, 'Edm.Double'],
        [name, value],
      ]
    return [[name, value]]
  })
  return { 'odata.etag': etag, PartitionKey: partitionKey, RowKey: rowKey, ...Object.fromEntries(own) }
}

function propertiesOf({ PartitionKey: _partition, RowKey: _row, ...rest }: z.infer<typeof Entity>): Properties {
  const own = Object.entries(rest).filter(([name]) => !name.includes('@odata.type'))
  return Object.fromEntries(own.map(([name, value]) => [name, typed(value, rest[`${name}@odata.type`])]))
}

function typed(value: string | number | boolean, type: unknown): Property {
  if (type === 'Edm.Binary') return new Uint8Array(Buffer.from(String(value), 'base64'))
  return type === 'Edm.Double' ? Number(value) : value
}

/** An address of one row; quotes in keys are doubled. */
const ADDRESS = /\/(\w+)\(PartitionKey='(.*)',RowKey='(.*)'\)/
const unquoted = (text: string): string => decodeURIComponent(text).replaceAll("''", "'")

export interface RowAddress {
  readonly table: string
  readonly partitionKey: string
  readonly rowKey: string
}

export function addressOf(url: string): RowAddress | undefined {
  const [, table, partitionKey = '', rowKey = ''] = ADDRESS.exec(url) ?? []
  return table === undefined ? undefined : { table, partitionKey: unquoted(partitionKey), rowKey: unquoted(rowKey) }
}

const FILTER =
  /^PartitionKey eq '(.*?)' and RowKey ge '(.*?)' and RowKey lt '(.*?)'(?: and \(RowKey lt '(.*?)' or RowKey ge '(.*?)' or RowKey eq '(.*?)'\))?$/

interface Range {
  readonly partitionKey: string
  readonly from: string
  readonly to: string
  readonly gap: Gap | undefined
}

export function rangeOf(filter: string): Range {
  const [, partitionKey = '', from = '', to = '', start, end = '', but = ''] = (FILTER.exec(filter) ?? []).map((text) =>
    text?.replaceAll("''", "'"),
  )
  return { partitionKey, from, to, gap: start === undefined ? undefined : { from: start, to: end, but } }
}

/** One operation of an entity-group transaction: its first line, its headers, and its body where it has one. */
const OPERATION = /^(POST|PUT|DELETE) (\S+) HTTP\/1\.1\r\n([\s\S]*?)\r\n\r\n\s*(\{.*\})?/m

export interface Transaction {
  readonly table: string
  readonly partitionKey: string
  readonly writes: readonly Write[]
}

export function transactionOf(body: string): Transaction {
  // Before the first boundary and after the last one there is nothing.
  const parts = body.split(/^--changeset_\S+\r\n/m).slice(1, -1)
  const found = parts.map((part) => operationOf(part))
  return {
    table: found[0]?.table ?? '',
    partitionKey: found[0]?.partitionKey ?? '',
    writes: found.map(({ write }) => write),
  }
}

function operationOf(part: string): { table: string; partitionKey: string; write: Write } {
  const [, method, url = '', headers = '', json = '{}'] = OPERATION.exec(part) ?? []
  const entity = Entity.parse(JSON.parse(json))
  const properties = propertiesOf(entity)
  if (method === 'POST') {
    const table = url.split('/').at(-1) ?? ''
    const rowKey = String(entity['RowKey'])
    return { table, partitionKey: String(entity['PartitionKey']), write: { kind: 'insert', rowKey, properties } }
  }
  const { table = '', partitionKey = '', rowKey = '' } = addressOf(url) ?? {}
  const [, etag] = /^if-match: (.*)$/im.exec(headers) ?? []
  const condition = etag?.trim() === '*' ? undefined : etag?.trim()
  if (method === 'DELETE') return { table, partitionKey, write: { kind: 'delete', rowKey, etag: condition } }
  if (condition === undefined) return { table, partitionKey, write: { kind: 'upsert', rowKey, properties } }
  return { table, partitionKey, write: { kind: 'replace', rowKey, properties, etag: condition } }
}

export const errorBody = (code: string): string =>
  JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value: code } } })

/** @param parts what each operation is answered, or the one answer that says why all are refused. */
export function transactionAnswer(parts: readonly string[]): { readonly type: string; readonly body: string } {
  const each = parts.map(
    (part) =>
      `--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n${part}\r\n`,
  )
  const inner = `${each.join('')}--changesetresponse_1--\r\n`
  const body = `--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n${inner}--batchresponse_1--\r\n`
  return { type: 'multipart/mixed; boundary=batchresponse_1', body }
}
