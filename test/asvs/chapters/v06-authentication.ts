import { byDesign, notApplicable, type Row, tested } from '../requirement.ts'

const NO_PASSWORDS = notApplicable('people sign in with Microsoft; we have no passwords')
const NO_FACTORS = notApplicable("factors are Microsoft's and the organisation's (conditional access)")
const GUESSING = tested(
  'unit/integrators/guards',
  'A3: whoever guesses secrets is answered with 429, and whoever has the right one is not',
)

export const AUTHENTICATION: readonly Row[] = [
  ['6.1.1', 1, 'what is done against guessing is written down', GUESSING],
  ['6.1.2', 2, 'words that no password may hold', NO_PASSWORDS],
  [
    '6.1.3',
    2,
    'every way in is written down',
    byDesign('SECURITY.md lists them: access token, client secret, Microsoft sign-in, clientState'),
  ],
  ...(['6.2.1', '6.2.2', '6.2.3', '6.2.4', '6.2.5', '6.2.6', '6.2.7', '6.2.8'] as const).map(
    (id): Row => [id, 1, 'rules for passwords', NO_PASSWORDS],
  ),
  ...(['6.2.9', '6.2.10', '6.2.11', '6.2.12'] as const).map((id): Row => [id, 2, 'rules for passwords', NO_PASSWORDS]),
  ['6.3.1', 1, 'secrets of 43 characters are not guessed; wrong ones are recorded, and answered with 429', GUESSING],
  [
    '6.3.2',
    1,
    'no accounts that come with the product',
    byDesign('the local integrators are registered by the local system alone; secrets are drawn by us'),
  ],
  ['6.3.3', 2, 'more than one factor', NO_FACTORS],
  [
    '6.3.4',
    2,
    'no way in that is not written down',
    tested('unit/reference/registry', 'the reference describes exactly the routes that the functions register'),
  ],
  [
    '6.4.1',
    1,
    'first secrets are random and for once',
    tested(
      'unit/integrators/rules',
      'rule 5: a new secret has 256 bits, its SHA-256 is no secret, and two are active at most',
    ),
  ],
  ['6.4.2', 1, 'no secret questions', NO_PASSWORDS],
  ['6.4.3', 2, 'forgotten passwords', NO_PASSWORDS],
  ['6.4.4', 2, 'lost factors', NO_FACTORS],
  ...(['6.5.1', '6.5.2', '6.5.3', '6.5.4', '6.5.5', '6.6.1', '6.6.2', '6.6.3'] as const).map(
    (id): Row => [id, 2, 'codes as a second factor', NO_FACTORS],
  ),
  [
    '6.8.1',
    2,
    'nobody is taken for somebody of another identity provider',
    tested('contract/entra-mix-up', 'C2 mix-up: an ID token %s is refused'),
  ],
  [
    '6.8.2',
    2,
    'assertions are genuine',
    byDesign(
      'the ID token comes from the token endpoint itself, over TLS (OpenID Connect Core 3.1.3.7); its claims are checked',
    ),
  ],
  ['6.8.3', 2, 'SAML assertions count once', notApplicable('there is no SAML')],
  [
    '6.8.4',
    2,
    'how recently and strongly somebody signed in',
    byDesign('every page asks Microsoft anew and holds for 30 minutes; how strongly is the organisation’s to ask for'),
  ],
]
