import { byDesign, type Row, tested } from '../requirement.ts'

const CANARIES = tested(
  'end-to-end/secrecy',
  'no row, message, log line or span holds content, a name, an address, a token or a secret',
)
const LOGS = byDesign('infra/OPERATING.md and SECURITY.md; one JSON object a line, with event, ids and counts')
const SCHEMAS = tested(
  'end-to-end/read-scopes',
  'what %s answers is what its schema says, nothing more and nothing less',
)

export const SECURE_CODING: readonly Row[] = [
  [
    '15.1.1',
    1,
    'how soon weak libraries are replaced is written down',
    byDesign('SECURITY.md: critical within 48 hours, high within seven days'),
  ],
  [
    '15.1.2',
    2,
    'all libraries are known',
    byDesign('package-lock.json names each with its digest, from the npm registry'),
  ],
  [
    '15.1.3',
    2,
    'what costs much is known, and held within bounds',
    tested('end-to-end/counts', 'a whole window comes in pages, none of which opens more rows than it tells of'),
  ],
  [
    '15.2.1',
    1,
    'no library is older than that allows',
    byDesign('exact versions, few of them; npm audit in the workflow of a release stops one with a known high risk'),
  ],
  [
    '15.2.2',
    2,
    'nobody uses the service up',
    tested(
      'end-to-end/queue-faults',
      'people with few events wait for less than two minutes, although there is one worker',
    ),
  ],
  [
    '15.2.3',
    2,
    'no tests and samples in production',
    tested('unit/architecture', 'the product imports neither the stand-ins nor the tests'),
  ],
  ['15.3.1', 1, 'answers hold the fields they should', SCHEMAS],
  [
    '15.3.2',
    2,
    'no redirects are followed',
    tested('unit/channels/https-post', 'X1: a redirect with %i is an answer and not followed'),
  ],
  [
    '15.3.3',
    2,
    'no field can be set that is not meant to be',
    tested('unit/api/change-fuzz', 'whatever JSON is sent, it is accepted, or the caller is told that it is wrong'),
  ],
  [
    '15.3.4',
    2,
    'the address of a caller is the true one',
    tested('unit/api/endpoint', 'the client address is the one the front end saw, not one the sender wrote'),
  ],
  ['15.3.5', 2, 'types are certain', byDesign('strict TypeScript; every input passes a zod schema')],
  [
    '15.3.6',
    2,
    'no prototype pollution',
    tested('unit/api/endpoint', 'a field named __proto__ is a field like any other'),
  ],
  ['15.3.7', 2, 'no parameter twice', tested('unit/api/endpoint', 'O7 HPP: %s is refused')],
]

export const LOGGING: readonly Row[] = [
  ['16.1.1', 2, 'what is logged where is written down', LOGS],
  [
    '16.2.1',
    2,
    'each line says when, where, who and what',
    tested('unit/api/endpoint', 'O8 leak: what a failing store says stays inside ($name)'),
  ],
  ['16.2.2', 2, 'times are UTC', byDesign('Application Insights stamps each line in UTC')],
  [
    '16.2.3',
    2,
    'lines go where they should only',
    byDesign('standard output, which the Functions host sends to Application Insights'),
  ],
  ['16.2.4', 2, 'lines can be put together', LOGS],
  ['16.2.5', 2, 'nothing sensitive in them', CANARIES],
  [
    '16.3.1',
    2,
    'sign-ins are on record, failed ones too',
    tested(
      'unit/audit/aggregation',
      'failed authentications are one entry a minute and code, with how many there were',
    ),
  ],
  [
    '16.3.2',
    2,
    'refusals are on record',
    tested('end-to-end/webhook-faults', '%s is refused with 401, wakes nobody, and is counted'),
  ],
  [
    '16.3.3',
    2,
    'attempts to get around are on record',
    tested('end-to-end/webhook-faults', '%s is refused with 401, wakes nobody, and is counted'),
  ],
  [
    '16.3.4',
    2,
    'unexpected errors are on record',
    tested('unit/api/endpoint', 'O8 leak: what a failing store says stays inside ($name)'),
  ],
  ['16.4.1', 2, 'no line can be forged', byDesign('lines are written by JSON.stringify, and hold ids and codes only')],
  [
    '16.4.2',
    2,
    'nobody changes the trail',
    tested(
      'unit/audit/tampering',
      'a chain that was put back and written on is found by the checkpoint before: it holds another entry',
    ),
  ],
  ['16.4.3', 2, 'logs leave the app', byDesign('Application Insights is another service')],
  [
    '16.5.1',
    2,
    'a failure tells nothing of the inside',
    tested(
      'unit/integrators/guards',
      'O8 leak: a store that throws its connection string gives a generic server_error',
    ),
  ],
  [
    '16.5.2',
    2,
    'what is away stops as little as can be',
    tested(
      'end-to-end/rate-limits',
      'a counter that is away does not stop the API, and each instance keeps the limit by itself',
    ),
  ],
  [
    '16.5.3',
    2,
    'a failure opens nothing',
    tested(
      'unit/crypto/key-ring',
      'K4: while the vault is away known keys work until their time is up, then nothing does',
    ),
  ],
]
