import { byDesign, notApplicable, type Row, tested } from '../requirement.ts'

const VISITS = byDesign(
  'a visit to our pages lasts 30 minutes from its sign-in, without being made longer (SECURITY.md)',
)
const RANDOM = tested(
  'unit/integrators/rules',
  'rule 10: tokens have a prefix for secret scanners and 256 bits of their own, and are stored as hashes',
)
const NO_FACTORS = notApplicable("what authenticates somebody is Microsoft's to change")

export const SESSIONS: readonly Row[] = [
  ['7.1.1', 2, 'how long a session lasts is written down', VISITS],
  [
    '7.1.2',
    2,
    'how many sessions there may be is written down',
    byDesign('any number, each in its browser; access tokens of a grant are 20 at most'),
  ],
  ['7.1.3', 2, 'how sessions go along with sign-ins elsewhere is written down', VISITS],
  [
    '7.2.1',
    1,
    'the server judges sessions',
    tested('end-to-end/bad-answers', 'is refused with an access token that has expired'),
  ],
  ['7.2.2', 1, 'sessions are drawn for each person and end', RANDOM],
  ['7.2.3', 1, 'sessions are unpredictable, of 128 bits at least', RANDOM],
  [
    '7.2.4',
    1,
    'each sign-in makes a new session',
    tested(
      'unit/integrators/linking',
      'sign-ins in two tabs end well in any order, also when both were opened before there was a cookie',
    ),
  ],
  ['7.3.1', 2, 'sessions end when nobody uses them', VISITS],
  ['7.3.2', 2, 'sessions end at last', VISITS],
  [
    '7.4.1',
    1,
    'what has ended is good for nothing',
    tested('unit/integrators/refresh', 'revoking by %s ends the grant at once'),
  ],
  [
    '7.4.2',
    1,
    'sessions end with their account',
    tested(
      'end-to-end/revoke-profile',
      'the last integrator that revokes a profile leaves no subscription and no token behind',
    ),
  ],
  ['7.4.3', 2, 'other sessions can be ended when a factor changes', NO_FACTORS],
  ['7.4.4', 2, 'every page shows how to sign out', VISITS],
  [
    '7.4.5',
    2,
    'administrators can end sessions',
    tested(
      'unit/integrators/registry',
      'a removed integrator gets no tokens at once, and its access tokens end within 60 seconds',
    ),
  ],
  ['7.5.1', 2, 'changing factors takes a new sign-in', NO_FACTORS],
  [
    '7.5.2',
    2,
    'a person sees and ends sessions of integrators',
    tested(
      'unit/integrators/refresh',
      'O9: revoking by sub or token touches no grant of another integrator or account',
    ),
  ],
  [
    '7.6.1',
    2,
    'sessions here and at Microsoft end as is written down',
    tested(
      'end-to-end/tokens',
      'C3: a person whose consent was withdrawn has to reconnect, is asked once, and nobody else notices',
    ),
  ],
  [
    '7.6.2',
    2,
    'no session begins without somebody doing something',
    tested('unit/integrators/authorize', 'agreeing leads to Microsoft with 303, and cancelling back to the integrator'),
  ],
]
