import * as fc from 'fast-check'
import { SAMPLE } from '../../../infra/local/settings.ts'
import { FORM } from '../../../shared/api/request.ts'
import type { WireRequest } from '../target.ts'
import { wildText, wildValue } from '../wild.ts'
import type { Route } from './routes.ts'

/** Markup that nobody may be shown as such: in every third value that is sent. */
export const MARK = '<fuzz-mark x="'

export interface PageRequest extends WireRequest {
  /** Whether it comes with the cookies of the person who is signed in. */
  readonly isSignedIn: boolean
}

/** What our pages and callbacks read, in queries and forms. */
const NAMES = [
  ...['state', 'code', 'error', 'error_description', 'admin_consent', 'tenant', 'validationToken', 'session_state'],
  ...['client_id', 'redirect_uri', 'response_type', 'scope', 'code_challenge', 'code_challenge_method', 'iss'],
  ...['decision', 'token', 'shown_at', 'question', 'request', 'link', 'link_token', 'hours', 'refresh', 'domain'],
]

/** What is right somewhere, so that requests get past the first look. */
const RIGHT = [
  ...[
    SAMPLE.clientId,
    SAMPLE.redirectUri,
    'code',
    'read_events',
    'S256',
    'continue',
    'cancel',
    'True',
    'access_denied',
  ],
  ...['s'.repeat(43), `${'a'.repeat(22)}.${'b'.repeat(22)}.${'c'.repeat(43)}`, '1763800000000', '24'],
]

const marked = fc
  .tuple(wildText, fc.constantFrom('', '"', "'", '-->', '</title>'))
  .map(([text, end]) => end + MARK + text)
/** Without halves of characters, which no address can hold. */
const value = fc.oneof(marked, fc.constantFrom(...RIGHT), wildText).map((text) => Buffer.from(text).toString())
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, value)
const pairs = fc.array(fc.tuple(name, value), { maxLength: 6 }).map((all) => new URLSearchParams(all).toString())

const COOKIES = ['fas-session', 'fas-browser-s', '__Host-fas-session', '__proto__']
/** What a header can hold. */
const printable = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 4000)
const cookies = fc
  .array(fc.tuple(fc.constantFrom(...COOKIES), value), { maxLength: 3 })
  .map((all) => printable(all.map(([key, text]) => `${key}=${text}`).join('; ')))

const notifications = fc
  .array(fc.oneof(fc.record({ clientState: fc.oneof(value, wildValue), lifecycleEvent: value }), wildValue), {
    maxLength: 4,
  })
  .map((all) => JSON.stringify({ value: all }))
const body = fc.oneof(pairs, notifications, fc.json(), value)
const type = fc.constantFrom(FORM, FORM, 'application/json', 'text/plain', 'multipart/form-data; boundary=x', '')

/** Requests to one route: wild queries, cookies, forms and values of its placeholders. */
export const requestsTo = ({ method, path }: Route): fc.Arbitrary<PageRequest> =>
  fc
    .record({ query: pairs, cookie: cookies, body, type, segment: value, isSignedIn: fc.boolean() })
    .map(({ query, cookie, type: contentType, segment, isSignedIn, body: sent }) => ({
      method,
      address: `${path.replace(/\{[^}]*\}/, encodeURIComponent(segment))}?${query}`,
      headers: { ...(isSignedIn ? {} : { cookie }), 'content-type': contentType },
      ...(method !== 'GET' && method !== 'HEAD' && { body: sent }),
      isSignedIn,
    }))
