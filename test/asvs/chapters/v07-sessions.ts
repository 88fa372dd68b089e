import { byDesign, notApplicable, type Row, tested } from '../requirement.ts'

const WRITTEN = byDesign(
  'a session of our pages lasts 30 minutes from its sign-in and is not made longer (SECURITY.md)',
)
const OVER = tested('end-to-end/browser-session', 'a session is over after half an hour, however busy it was')
const RANDOM = tested(
  'unit/integrators/rules',
  'rule 10: tokens have a prefix for secret scanners and 256 bits of their own, and are stored as hashes',
)
const NO_FACTORS = notApplicable("what authenticates somebody is Microsoft's to change")

export const SESSIONS: readonly Row[] = [
  ['7.1.1', 2, 'how long a session lasts is written down', WRITTEN],
  [
    '7.1.2',
    2,
    'how many sessions there may be is written down',
    byDesign('any number, each in its browser; access tokens of a grant are 20 at most'),
  ],
  ['7.1.3', 2, 'how sessions go along with sign-ins elsewhere is written down', WRITTEN],
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
    tested('end-to-end/browser-session', 'an answer of Microsoft is good once'),
  ],
  ['7.3.1', 2, 'sessions end when nobody uses them', OVER],
  ['7.3.2', 2, 'sessions end at last', OVER],
  [
    '7.4.1',
    1,
    'what has ended is good for nothing',
    tested('end-to-end/browser-session', 'a session that was ended is over, for a copy of its cookie as well'),
  ],
  [
    '7.4.2',
    1,
    'sessions end with their account',
    tested('end-to-end/erasure', 'is in force on every instance before anything of it is visited'),
  ],
  ['7.4.3', 2, 'other sessions can be ended when a factor changes', NO_FACTORS],
  ['7.4.4', 2, 'every page shows how to sign out', tested('end-to-end/me', 'signing out ends the session and says so')],
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
    tested('end-to-end/me', 'revoking one integrator ends its tokens at once, and leaves the others'),
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
