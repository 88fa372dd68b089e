import * as z from 'zod'
import { asSyncError, isFailure } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import type { Grant } from '../integrators/grant.ts'
import type { KeptRequest, RequestLog } from '../storage/accounts/request-log.ts'
import { requireScope } from './bearer.ts'
import { acceptedAnswer } from './change/action-id.ts'
import type { ChangeApi } from './change/change-api.ts'
import { BODY_LIMIT } from './change/fields.ts'
import { ValidationError } from './failure.ts'
import type { Authenticate, Handler } from './handler.ts'
import { type ApiRequest, readAgain } from './request.ts'
import { type ApiResponse, empty, json } from './response.ts'

interface Dependencies {
  readonly authenticate: Authenticate
  readonly requests: RequestLog
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly publicUrl: string
  readonly log: Log
}

/**
 * Lets an endpoint be asked twice: a request with an `Idempotency-Key` that was answered within 24 hours gets the same
 * answer again, and nothing is done for it. What is refused is not kept: asking again is asking anew.
 * @param limitBytes of a body.
 * @param isReading whether a request with this body changes nothing: it is done again, and what it read is not kept.
 * @returns an endpoint that throws ValidationError too when the key is malformed, or was sent with another request,
 * `REQUEST_REPEATED` while the first request is being answered, and `SCOPE_MISSING` when the answer was made with a scope
 * that the grant has not: it may hold what was read with it.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export type Repeatable = (endpoint: Handler, limitBytes?: number, isReading?: (body: string) => boolean) => Handler

const HEADER = 'Idempotency-Key'

export function createRepeatable({ authenticate, requests, blind, clock, publicUrl, log }: Dependencies): Repeatable {
  return (endpoint, limitBytes = BODY_LIMIT, isReading = () => false) =>
    async (request) => {
      const text = request.headers.get(HEADER)
      if (text === null) return endpoint(request)
      checkKey(text)
      const grant = await authenticate(request)
      const body = await request.body(limitBytes)
      if (isReading(body))
        return endpoint({ ...request, body: readAgain(body), settled: { ...request.settled, grant } })
      const asked = keyOf(request, grant, text, body)
      const kept = await find(grant, asked)
      if (kept.answer !== undefined) return kept.answer
      const key = { ...asked, replaces: kept.expired }
      const settled = { ...request.settled, grant, key, kept: kept.rows }
      const answer = await endpoint({ ...request, body: readAgain(body), settled }).catch(async (error: unknown) => {
        if (!isFailure(error, 'REQUEST_REPEATED')) throw error
        return (await find(grant, asked)).answer ?? Promise.reject(error)
      })
      return isToBeKept(answer) ? keep(grant, key, answer) : answer
    }

  function keyOf({ method, url }: ApiRequest, { accountId, clientId }: Grant, text: string, body: string) {
    const said = blind.mac('request', 'fingerprint', method, url.pathname, url.search, body)
    return {
      name: blind.token('request', 'name', accountId, clientId, text),
      fingerprint: Buffer.from(said).toString('base64url'),
    }
  }

  async function find(grant: Grant, { name, fingerprint }: Pick<KeptRequest, 'fingerprint'> & { name: string }) {
    const rows = await requests.find(grant.accountId, name)
    const live = rows.filter(isLive(clock.now()))
    if (live.some((row) => row.fingerprint !== fingerprint)) throw usedBefore()
    const whole = rows.find(({ item }) => item === undefined)
    const isOver = whole !== undefined && !live.includes(whole)
    return {
      rows,
      expired: isOver ? whole.etag : undefined,
      answer: isOver ? undefined : whole && replayed(whole, grant),
    }
  }

  async function keep({ accountId, scopes }: Grant, key: Parameters<RequestLog['keep']>[1], answer: ApiResponse) {
    const { status, body } = answer
    await requests.keep(accountId, key, { status, body, scopes }).catch((error: unknown) => {
      // It has been done, so this is the answer. What was done is kept by its actions.
      const facts = failureFacts(asSyncError(error))
      log('warn', 'answer-not-kept', { account: accountId, ...facts })
    })
    return answer
  }

  function replayed({ action, answer }: KeptRequest, grant: Grant): ApiResponse {
    for (const scope of answer?.scopes ?? []) requireScope(grant, scope)
    const again = { 'idempotent-replayed': 'true' }
    if (action !== undefined) return withHeaders(acceptedAnswer(publicUrl, action), again)
    const { status = 202, body = '' } = answer ?? {}
    return body === '' ? empty(status, again) : json(status, JSON.parse(body), again)
  }
}

const withHeaders = (answer: ApiResponse, more: Readonly<Record<string, string>>): ApiResponse => ({
  ...answer,
  headers: { ...answer.headers, ...more },
})

/** An action is kept in its own commit; what has to be asked for again is not to be answered the same. */
const isToBeKept = ({ headers, isPassing = false }: ApiResponse): boolean =>
  !isPassing && ['location', 'retry-after', 'idempotent-replayed'].every((name) => headers[name] === undefined)

export const isLive =
  (now: EpochMs) =>
  ({ expires }: KeptRequest): boolean =>
    now < expires

function checkKey(text: string): void {
  if (/^[\x21-\x7e]{1,255}$/.test(text)) return
  throw new ValidationError({
    [HEADER]: [{ key: 'errors.invalid_format', description: `${HEADER} must have 1 to 255 printable characters` }],
  })
}

const usedBefore = () =>
  new ValidationError({
    [HEADER]: [{ key: 'errors.unknown_or_used', description: `${HEADER} was sent with another request before` }],
  })

/** Whether a batch holds nothing but readings. What is no batch is for its endpoint to refuse. */
export function isReadingBatch(body: string): boolean {
  const parsed = Batch.safeParse(jsonIn(body))
  return parsed.success && parsed.data.batch.every((request) => Reading.safeParse(request).success)
}

/** Of a long list that holds something else the first one tells: no failure is made for each. */
const Batch = z.object({ batch: z.array(z.unknown()) })
const Reading = z.object({ method: z.literal('GET') })

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The change API with everything in it that stores an action made repeatable. */
export const repeatableChanges = (change: ChangeApi, repeatable: Repeatable): ChangeApi => ({
  ...change,
  upsert: repeatable(change.upsert),
  delete: repeatable(change.delete),
  deleteMany: repeatable(change.deleteMany),
  respond: repeatable(change.respond),
})
