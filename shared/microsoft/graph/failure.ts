import { type FailureCode, SyncError } from '../../core/errors.ts'
import { GraphErrorBody } from './wire.ts'

/** Codes that mean "your delta link is no longer honoured", in the cases seen; statuses 400, 404 and 410 carry them. */
const RESET_CODES = ['syncstatenotfound', 'syncstateinvalid', 'resyncrequired', 'invaliddeltatoken']

/** The mailbox itself is not there, or not any more: deleted, moved away, or without a licence. */
const MAILBOX_CODES = [
  'mailboxnotenabledforrestapi',
  'mailboxnotsupportedforrestapi',
  'mailboxnothostedinexchangeonline',
  'errornonexistentmailbox',
  'errormailboxstoreunavailable',
  'errorinvaliduser',
]

/** Conflicts about an event. Graph has been seen to send them with 400, 409 and 412. */
const EVENT_CONFLICTS = ['errorirresolvableconflict', 'errorduplicatetransactionid']

/** What Graph says in an answer that is not a success, to a request of its own or to one of a batch. */
export interface GraphFailure {
  readonly status: number
  /** Graph's own word for it, `none` where there is none; compared without regard to case. */
  readonly code: string
  readonly retryAfterMs: number | undefined
  /** The event that a transaction id was used for before. */
  readonly existingEventId: string | undefined
}

/** An answer of Graph that is not a success, with what it says for those who ask about one event. */
export class GraphError extends SyncError {
  readonly answer: GraphFailure

  constructor(answer: GraphFailure) {
    super(classify(answer.status, answer.code.toLowerCase()), `Graph answered ${answer.status}`, {
      facts: { status: answer.status, graphCode: answer.code.slice(0, 64) },
      ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
    })
    this.answer = answer
  }
}

/**
 * What an unsuccessful answer of Graph means for us. The code decides before the status, because Graph sends the same
 * code with different statuses.
 * @see https://learn.microsoft.com/en-us/graph/errors
 * @throws SyncError `MICROSOFT_UNREACHABLE`: the answer broke off before the code that decides.
 */
export async function failureOfResponse(response: Response): Promise<GraphError> {
  const body: unknown = await response.json().catch((cause: unknown) => {
    if (isMisread(cause)) return undefined
    throw unanswered(cause)
  })
  return new GraphError(readFailure(response.status, (name) => response.headers.get(name), body))
}

/** Whether a body was read to its end and is no JSON; any other failure is one of the connection. */
export const isMisread = (error: unknown): boolean => error instanceof SyntaxError

/** An answer that breaks off is none. */
export const unanswered = (cause: unknown) => new SyncError('MICROSOFT_UNREACHABLE', 'Graph did not answer', { cause })

/** A header's value by its name in lower case. */
type HeaderOf = (name: string) => string | null

/** What an unsuccessful answer says. Never fails: of a body that is not Graph's the code is `none`. */
export function readFailure(status: number, headerOf: HeaderOf, body: unknown): GraphFailure {
  const { code = 'none', '@event.existingEventId': existing } = GraphErrorBody.safeParse(body).data?.error ?? {}
  return { status, code, retryAfterMs: retryAfter(headerOf), existingEventId: existing || undefined }
}

function classify(status: number, code: string): FailureCode {
  if (RESET_CODES.includes(code) || status === 410) return 'CURSOR_EXPIRED'
  if (MAILBOX_CODES.includes(code)) return 'MAILBOX_GONE'
  if (code === 'errorfolderexists') return 'CALENDAR_EXISTS'
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
function retryAfter(headerOf: HeaderOf): number | undefined {
  const value = headerOf('retry-after')
  if (value === null) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  const wait = httpDate(value) - httpDate(headerOf('date') ?? '')
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

/** `Tue, 10 Nov 2026 08:00:30 GMT` (RFC 9110 section 5.6.7); `Date.parse` alone would take `-1` for a year. */
const httpDate = (text: string): number => (text.endsWith('GMT') ? Date.parse(text) : Number.NaN)
