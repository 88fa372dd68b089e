import { type FailureCode, SyncError } from '../../core/errors.ts'
import { GraphErrorBody } from './wire.ts'

/** Codes that mean "your delta link is no longer honoured", in the cases seen; statuses 400, 404 and 410 carry them. */
const RESET_CODES = ['syncstatenotfound', 'syncstateinvalid', 'resyncrequired']

/** Conflicts about an event. Graph has been seen to send them with 400, 409 and 412. */
const EVENT_CONFLICTS = ['errorirresolvableconflict', 'errorduplicatetransactionid']

/**
 * What an unsuccessful answer of Graph means for us. The code decides before the status, because Graph sends the same
 * code with different statuses.
 * @see https://learn.microsoft.com/en-us/graph/errors
 */
export async function failureOfResponse(response: Response): Promise<SyncError> {
  const parsed = GraphErrorBody.safeParse(await response.json().catch(() => undefined))
  const graphCode = parsed.success ? parsed.data.error.code : 'none'
  const retryAfterMs = retryAfter(response.headers)
  return new SyncError(classify(response.status, graphCode.toLowerCase()), `Graph answered ${response.status}`, {
    facts: { status: response.status, graphCode: graphCode.slice(0, 64) },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

function classify(status: number, code: string): FailureCode {
  if (RESET_CODES.includes(code) || status === 410) return 'CURSOR_EXPIRED'
  if (status === 401) return 'MICROSOFT_TOKEN_EXPIRED'
  if (status === 429 || ((status === 503 || status === 504) && code !== 'none')) return 'MICROSOFT_THROTTLED'
  if (status >= 500) return 'MICROSOFT_UNREACHABLE'
  if (status === 404) return 'ITEM_GONE'
  if (status === 409 && !EVENT_CONFLICTS.includes(code)) return 'SUBSCRIPTION_EXISTS'
  return 'MICROSOFT_REFUSED'
}

/**
 * `Retry-After` in milliseconds: seconds, also with a fraction as in Graph's own sample, or an HTTP date relative to the
 * answer's own Date header, so that no clock of ours is compared with Microsoft's.
 */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  const wait = httpDate(value) - httpDate(headers.get('date') ?? '')
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

/** `Tue, 10 Nov 2026 08:00:30 GMT` (RFC 9110 section 5.6.7); `Date.parse` alone would take `-1` for a year. */
const httpDate = (text: string): number => (text.endsWith('GMT') ? Date.parse(text) : Number.NaN)
