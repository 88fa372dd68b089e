import type { IncomingMessage } from 'node:http'

/** Whether the request announces more than the limit, in bytes. */
export const announcesTooMuch = (request: IncomingMessage, limit: number): boolean =>
  Number(request.headers['content-length'] ?? 0) > limit

/** The whole body; an empty one where its length is not announced. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (request.headers['content-length'] === undefined) {
    request.resume()
    return Buffer.alloc(0)
  }
  const chunks: Buffer[] = []
  for await (const chunk of request.iterator({ destroyOnReturn: false })) chunks.push(chunk)
  return Buffer.concat(chunks)
}
