import type { Grant } from '../integrators/grant.ts'
import type { ApiRequest } from './request.ts'
import type { ApiResponse } from './response.ts'

/** Answers the requests to an address. @throws SyncError, which becomes the answer that failures of its kind have. */
export type Handler = (request: ApiRequest) => Promise<ApiResponse>

/** What the person behind a request allowed the integrator that sent it. @throws SyncError `UNAUTHENTICATED`, `RATE_LIMITED`. */
export type Authenticate = (request: ApiRequest) => Promise<Grant>
