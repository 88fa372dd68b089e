import { expect, test } from 'vitest'
import { CANARY } from '../target.ts'
import { judge } from './judge.ts'
import { MARK } from './requests.ts'

const HTML = { 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff' }
const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }
const answer = (body: string, headers: Record<string, string> = HTML, status = 200) => ({
  ...{ status, body, headers: new Headers(headers) },
})

test.each([
  ['a page that repeats nothing', answer('<h1>Hello</h1>')],
  ['a page that escapes what was sent', answer(MARK.replaceAll('<', '&lt;'))],
  ['the handshake of Microsoft, as plain text', answer(MARK, TEXT)],
  ['an address with what was sent, escaped', answer('', { location: `/x?state=${encodeURIComponent(MARK)}` }, 303)],
])('%s is right', (_what, given) => {
  expect(judge(given, ['acc_bent'])).toBeUndefined()
})

test.each([
  ['a failure of ours', answer('', TEXT, 500)],
  ['a page with the markup that was sent', answer(`<p>${MARK}</p>`)],
  ['what was sent, without a type', answer(MARK, {})],
  ['what was sent as text that a browser may sniff', answer(MARK, { 'content-type': 'text/plain' })],
  ['a header with the markup that was sent', answer('', { location: `/${MARK}` }, 303)],
  ["another person's data", answer(CANARY.toUpperCase())],
  ["another person's data in a header", answer('', { 'x-name': CANARY })],
  ['an id of another person', answer('acc_bent')],
])('%s is not', (_what, given) => {
  expect(judge(given, ['acc_bent'])).toBeDefined()
})
