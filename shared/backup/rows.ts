import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import * as z from 'zod'
import type { Properties, StoredRow } from '../storage/table.ts'

/** One line of a file: `[partition key, row key, properties]`. Bytes are base64 in an object, all else is as JSON has it. */
const Line = z.tuple([
  z.string(),
  z.string(),
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.object({ bytes: z.base64() })])),
])

export type CopiedRow = Omit<StoredRow, 'etag'>

/**
 * A row as a line. Nothing but the value tells a property's type, here as in `toAction`, which writes it back: a whole
 * number below 2^31 is an Edm.Int32, another one an Edm.Double.
 */
export function lineOf({ partitionKey, rowKey, properties }: CopiedRow): string {
  const wire = Object.entries(properties).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value,
  ])
  return `${JSON.stringify([partitionKey, rowKey, Object.fromEntries(wire)])}\n`
}

function rowOf(line: string): CopiedRow {
  const [partitionKey, rowKey, wire] = Line.parse(JSON.parse(line))
  const properties: Properties = Object.fromEntries(
    Object.entries(wire).map(([name, value]) => [
      name,
      typeof value === 'object' ? new Uint8Array(Buffer.from(value.bytes, 'base64')) : value,
    ]),
  )
  return { partitionKey, rowKey, properties }
}

/** Off the main thread, which has other work. */
export const compressed = promisify<Uint8Array, Buffer>(gzip)

/**
 * The rows of a file, in its order.
 * @throws the error of zlib, of JSON or a ZodError for what `lineOf` did not write: compare the digest first.
 */
export async function rowsIn(content: Uint8Array): Promise<readonly CopiedRow[]> {
  const text = (await promisify<Uint8Array, Buffer>(gunzip)(content)).toString()
  return text.split('\n').slice(0, -1).map(rowOf)
}

export const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')
