import { byDesign, type Row, tested } from '../requirement.ts'

const FOREIGN = tested('end-to-end/foreign-ids', 'none gets a 5xx or anything of another account, at any address')
const OWN_TOKENS = tested(
  'end-to-end/read-bad-input',
  'A4: a page token opens nothing for another account or integrator, nor when it was changed, and does not grow old',
)

export const AUTHORIZATION: readonly Row[] = [
  [
    '8.1.1',
    1,
    'who may do and see what is written down',
    tested('end-to-end/reference-scopes', 'O9: each endpoint refuses every scope but those that the reference names'),
  ],
  [
    '8.1.2',
    2,
    'which fields somebody may see and change is written down',
    byDesign('/docs names the scopes with each field; shared/api/README.md says which events an integrator may change'),
  ],
  [
    '8.2.1',
    1,
    'no function without the scope for it',
    tested('end-to-end/reference-scopes', 'O9: each endpoint refuses every scope but those that the reference names'),
  ],
  ['8.2.2', 1, 'nothing of others by their ids', FOREIGN],
  [
    '8.2.3',
    2,
    'no field without the right to it',
    tested('end-to-end/read-scopes', 'what %s answers is what its schema says, nothing more and nothing less'),
  ],
  ['8.3.1', 1, 'the server decides', FOREIGN],
  [
    '8.4.1',
    2,
    'nobody reaches another organisation',
    tested('end-to-end/install', 'the administrator of another organisation installs neither'),
  ],
]

export const SELF_CONTAINED_TOKENS: readonly Row[] = [
  ['9.1.1', 1, 'tokens that say something carry a MAC, which is checked first', OWN_TOKENS],
  [
    '9.1.2',
    1,
    'one algorithm, which no token chooses',
    byDesign('HMAC-SHA-256 under a key for each purpose; no token names an algorithm'),
  ],
  ['9.1.3', 1, 'keys come from us', byDesign('derived from the root secret; no token names a key')],
  [
    '9.2.1',
    1,
    'a time in a token is kept to',
    tested('unit/integrators/authorize', 'C1: a consent page that was open for ten minutes is out of date'),
  ],
  [
    '9.2.2',
    2,
    'a token is good for its purpose only',
    tested(
      'unit/crypto/blind-index',
      'another purpose, another split of the parts or another root gives another token',
    ),
  ],
  ['9.2.3', 2, 'a token is good for its reader only', OWN_TOKENS],
  ['9.2.4', 2, 'tokens of one key say for whom they are', OWN_TOKENS],
]
