import { byDesign, notApplicable, type Row, tested } from '../requirement.ts'

const HEADERS = tested('end-to-end/edge', 'every address answers every method with the headers that guard a browser')
const COOKIES = tested(
  'unit/integrators/authorize',
  'the consent page names the integrator and says in plain words what it asks for',
)

export const WEB_FRONTEND: readonly Row[] = [
  ['3.2.1', 1, 'no answer is shown as something it is not', HEADERS],
  [
    '3.2.2',
    1,
    'text is shown as text',
    tested('unit/integrators/authorize', 'what an integrator sends is shown as text and never as markup'),
  ],
  ['3.3.1', 1, 'cookies are Secure', COOKIES],
  [
    '3.3.2',
    2,
    'cookies have a fitting SameSite',
    tested('end-to-end/edge', 'cookies are for this host only, and no script and no other site has them'),
  ],
  ['3.3.3', 2, 'cookies are for this host only (__Host-)', COOKIES],
  [
    '3.3.4',
    2,
    'no script can read a session',
    tested('end-to-end/edge', 'cookies are for this host only, and no script and no other site has them'),
  ],
  [
    '3.4.1',
    1,
    'browsers are told to use TLS for a year at least, on every answer',
    tested('end-to-end/edge', 'over TLS every function asks browsers for TLS from then on, without TLS none does'),
  ],
  [
    '3.4.2',
    1,
    'pages of other origins read nothing that is not public',
    tested('end-to-end/edge', 'a preflight of another origin is refused everywhere'),
  ],
  ['3.4.3', 2, 'a content policy allows nothing but our stylesheet', HEADERS],
  ['3.4.4', 2, 'nosniff on every answer', HEADERS],
  ['3.4.5', 2, 'no address of ours is told to another site', HEADERS],
  ['3.4.6', 2, 'nothing can be framed', HEADERS],
  [
    '3.5.1',
    1,
    'forms carry a token of their own',
    tested('unit/integrators/authorize', 'C1 state-csrf: agreeing with %s leads nowhere'),
  ],
  [
    '3.5.2',
    1,
    'nothing relies on preflights',
    byDesign('the API takes bearer tokens, which no browser adds by itself; pages take form tokens'),
  ],
  [
    '3.5.3',
    1,
    'what changes something is no GET',
    tested(
      'end-to-end/edge',
      'an address or a method that is not there is answered like an error of the API, for pages and OAuth too',
    ),
  ],
  [
    '3.5.4',
    2,
    'other applications have other host names',
    byDesign('the Functions app has a host of its own; FlowAgent has another'),
  ],
  ['3.5.5', 2, 'postMessage from strangers is ignored', notApplicable('no page of ours has a script')],
  ['3.7.1', 2, 'only technologies that browsers still support', byDesign('HTML and CSS, no script')],
  [
    '3.7.2',
    2,
    'browsers are led to registered addresses only',
    tested('unit/integrators/authorize', 'an unknown client ends on a page and never redirects'),
  ],
]
