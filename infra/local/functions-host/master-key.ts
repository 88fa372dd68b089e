import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Whether the request carries the key, in the header `x-functions-key` or in the query as `code`. */
export function isMasterKey(request: IncomingMessage, url: URL, masterKey: string): boolean {
  const header = request.headers['x-functions-key']
  const given = typeof header === 'string' ? header : url.searchParams.get('code')
  return given !== null && timingSafeEqual(digest(given), digest(masterKey))
}
