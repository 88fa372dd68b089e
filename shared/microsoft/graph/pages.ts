import type * as z from 'zod'
import type { GraphSend } from './client.ts'
import { parse } from './parse.ts'

/** A list with all of its pages. */
export async function pages<T>(
  send: GraphSend,
  start: string,
  schema: z.ZodType<{ value: T[]; '@odata.nextLink'?: string | undefined }>,
): Promise<T[]> {
  const all: T[] = []
  for (let target: string | undefined = start; target !== undefined; ) {
    const page: { value: T[]; '@odata.nextLink'?: string | undefined } = parse(
      schema,
      await send({ method: 'GET', target }),
    )
    all.push(...page.value)
    target = page['@odata.nextLink']
  }
  return all
}
