import type { ApiResponse } from '../../../shared/api/response.ts'

/** What a good answer holds. @throws Error for every other answer. */
export function contentOf<T>({ status, body }: ApiResponse): T {
  if (status !== 200) throw new Error(`status ${status}: ${body.slice(0, 200)}`)
  return JSON.parse(body)
}

/** Where an answer leads. @throws Error when it leads nowhere. */
export function locationOf({ status, headers }: ApiResponse): URL {
  if (headers['location'] === undefined) throw new Error(`status ${status} instead of a way on`)
  return new URL(headers['location'])
}
