import { byDesign, notApplicable, type Row, tested } from '../requirement.ts'

const REFLECTION = 'end-to-end/reflection.long'
const NO_INTERPRETER = notApplicable('nothing of the kind is used')

export const ENCODING: readonly Row[] = [
  [
    '1.1.1',
    2,
    'input is decoded once, before it is checked',
    tested('end-to-end/reflection.long', 'no answer repeats a header, a cookie or a part of the address'),
  ],
  [
    '1.1.2',
    2,
    'output is escaped last, by what writes it',
    tested('unit/integrators/authorize', 'what an integrator sends is shown as text and never as markup'),
  ],
  [
    '1.2.1',
    1,
    'output is escaped for where it stands',
    tested(REFLECTION, 'a consent page repeats the request as text that cannot leave its field'),
  ],
  [
    '1.2.2',
    1,
    'parts of addresses are encoded, and only safe schemes are led to',
    tested(
      'unit/integrators/authorize',
      'O5 redirect-tricks: %s in place of the redirect URI ends on a page and never redirects',
    ),
  ],
  [
    '1.2.3',
    1,
    'JSON is written by a serializer',
    tested(REFLECTION, 'no answer repeats what stands in a body that it refuses'),
  ],
  [
    '1.2.4',
    1,
    'queries take no text of others',
    byDesign('rows are read by blind keys of base64url characters; no filter holds what somebody sent'),
  ],
  ['1.2.5', 1, 'no command of the operating system holds input', byDesign('the product starts no process')],
  ['1.2.6', 2, 'no LDAP injection', NO_INTERPRETER],
  ['1.2.7', 2, 'no XPath injection', NO_INTERPRETER],
  ['1.2.8', 2, 'no LaTeX injection', NO_INTERPRETER],
  ['1.2.9', 2, 'no input becomes part of a regular expression', byDesign('all regular expressions are literals')],
  [
    '1.3.1',
    1,
    'HTML of others is made harmless',
    byDesign('texts of events are told as JSON to integrators, and no page of ours shows one'),
  ],
  [
    '1.3.2',
    1,
    'no input is run as code',
    byDesign('neither eval nor Function is used; the policy of our pages allows no script at all'),
  ],
  [
    '1.3.3',
    2,
    'what goes to a dangerous place is checked first',
    tested('unit/channels/target', 'X1: %s is refused when the channel is made'),
  ],
  ['1.3.4', 2, 'SVG of others is made harmless', notApplicable('no files are taken')],
  ['1.3.5', 2, 'no template language of others', NO_INTERPRETER],
  [
    '1.3.6',
    2,
    'no requests of ours lead inside',
    tested('unit/channels/https-post', 'X1: nobody connects to a name that leads to %j'),
  ],
  ['1.3.7', 2, 'templates are not built from input', byDesign('pages are template literals whose values are escaped')],
  ['1.3.8', 2, 'no JNDI injection', NO_INTERPRETER],
  ['1.3.9', 2, 'no memcache injection', NO_INTERPRETER],
  ['1.3.10', 2, 'no format strings of others', byDesign('log lines are JSON objects with fixed names')],
  ['1.3.11', 2, 'no mail injection', notApplicable('we send no mails; Exchange does')],
  ['1.4.1', 2, 'memory is handled safely', byDesign('JavaScript; no native code of ours')],
  [
    '1.4.2',
    2,
    'numbers stay in their range',
    tested('end-to-end/read-bad-input', 'A4: no query makes the service fail'),
  ],
  [
    '1.4.3',
    2,
    'memory is let go of',
    tested(
      'unit/crypto/secret-cache',
      'a secret that nobody asks for any more is wiped when another comes after its time',
    ),
  ],
  [
    '1.5.1',
    1,
    'XML parsers resolve no entities',
    notApplicable('no XML is parsed but by the table client, from the table service'),
  ],
  [
    '1.5.2',
    2,
    'what is deserialized is held against a schema',
    tested(
      'fuzz/fuzz.long',
      'whatever is sent to the endpoints of the reference, the answer is as documented and about nobody else',
    ),
  ],
]
