import type { Clock } from '../core/time.ts'
import { createAttempts } from './attempts.ts'
import type { ApiRequest } from './request.ts'
import type { ApiResponse } from './response.ts'

/** Sign-ins that are begun from one address within a minute: a whole company may stand behind it, and each stores a row. */
const MOST_STARTS = 300

/** Counts the sign-ins and installations that are begun in this process, for each address. */
export interface Starts {
  /** @throws SyncError `RATE_LIMITED` when too many were begun from the request's address within the last minute. */
  count(request: ApiRequest): void
  /** A page whose form begins one. */
  counted(page: (request: ApiRequest) => Promise<ApiResponse>): (request: ApiRequest) => Promise<ApiResponse>
}

export function createStarts(clock: Clock): Starts {
  const starts = createAttempts(clock, MOST_STARTS)

  /** Where the front end names no address, everybody would have the same. */
  function count({ clientAddress }: ApiRequest): void {
    if (clientAddress === undefined) return
    starts.check(clientAddress)
    starts.failed(clientAddress)
  }

  return {
    count,
    counted: (page) => async (request) => {
      if (request.method === 'POST') count(request)
      return page(request)
    },
  }
}
