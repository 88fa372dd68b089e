import type { ApiResponse } from './response.ts'

/** An answer whose body is all there: a failure while it was made has become another answer before the first byte is sent. */
export interface MadeResponse extends Omit<ApiResponse, 'body' | 'parts'> {
  readonly body: string | AsyncIterable<Uint8Array>
}

/**
 * Makes the body of an answer. Parts are kept as bytes, outside of the heap, and handed on one by one: the library puts them
 * together once more before it sends the first, so at most twice the size of the body is in memory.
 *
 * They are not sent while they are made. The library could (`enableHttpStream`), but for the whole app only, without waiting
 * for a slow reader, and a failure in the middle would look like the end of the file.
 */
export async function withBody({ body, parts, ...answer }: ApiResponse): Promise<MadeResponse> {
  if (parts === undefined) return { ...answer, body }
  const made: Buffer[] = []
  for await (const part of parts) made.push(Buffer.from(part))
  return { ...answer, body: handOn(made) }
}

async function* handOn(made: Buffer[]): AsyncIterable<Uint8Array> {
  for (let part = made.shift(); part !== undefined; part = made.shift()) yield part
}
