import type * as z from 'zod'
import { SyncError } from '../../core/errors.ts'
import type { GraphSend } from './client.ts'
import { parse } from './parse.ts'

/**
 * A list with all of its pages.
 * @throws SyncError `MICROSOFT_UNEXPECTED_SHAPE`: it leads back to a page that was read, and has no end.
 */
export async function pages<T>(
  send: GraphSend,
  start: string,
  schema: z.ZodType<{ value: T[]; '@odata.nextLink'?: string | undefined }>,
): Promise<T[]> {
  const all: T[] = []
  const read = new Set<string>()
  for (let target: string | undefined = start; target !== undefined; ) {
    if (read.has(target)) throw new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'a list leads back to a page of its own')
    read.add(target)
    const page: { value: T[]; '@odata.nextLink'?: string | undefined } = parse(
      schema,
      await send({ method: 'GET', target }),
    )
    all.push(...page.value)
    target = page['@odata.nextLink']
  }
  return all
}
