import { expect, test } from 'vitest'
import { openApiDocument } from '../../shared/api/reference/document.ts'
import { createJudge } from './judge.ts'
import { CANARY } from './target.ts'

const judge = createJudge(openApiDocument('https://sync.example'), ['acc_other'])

const REQUEST = { endpoint: 'readAccount', path: '/v1/account', method: 'GET', address: '/v1/account', headers: {} }
const ACCOUNT = {
  account_id: 'acc_own',
  email: 'a@a.example',
  name: 'A',
  scope: 'read_events',
  default_tzid: 'Etc/UTC',
}

const told = (status: number, body: unknown, address = '/v1/account') =>
  judge(
    { ...REQUEST, address },
    { status, headers: new Headers({ 'content-type': 'application/json; charset=utf-8' }), body: JSON.stringify(body) },
  )

test('an answer that is documented and about the caller is right', () => {
  expect(told(200, { account: ACCOUNT })).toBeUndefined()
})

test.each([
  { fault: 'a failure of ours', status: 500, body: { error: 'INTERNAL' } },
  { fault: 'the status is not described', status: 418, body: {} },
  { fault: 'the body does not fit', status: 200, body: { account: { ...ACCOUNT, email: 1 } } },
  { fault: 'the body does not fit', status: 200, body: { account: { ...ACCOUNT, untold: true } } },
  {
    fault: 'it names an id of another person',
    status: 200,
    body: { account: { ...ACCOUNT, account_id: 'acc_other' } },
  },
  { fault: "it tells another person's data", status: 200, body: { account: { ...ACCOUNT, name: `Bent ${CANARY}` } } },
])('$status with $body is wrong: $fault', ({ fault, status, body }) => {
  expect(told(status, body)).toContain(fault)
})

test('an id that the request itself names is no news', () => {
  expect(told(200, { account: { ...ACCOUNT, account_id: 'acc_other' } }, '/v1/account?x=acc_other')).toBeUndefined()
})
