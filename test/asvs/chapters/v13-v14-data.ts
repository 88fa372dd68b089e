import { byDesign, type Row, tested } from '../requirement.ts'

const CANARIES = tested(
  'end-to-end/secrecy',
  'no row, message, log line or span holds content, a name, an address, a token or a secret',
)
const HEADERS = tested('end-to-end/edge', 'every address answers every method with the headers that guard a browser')
const BUNDLE = byDesign('what is deployed is dist/ with package.json and host.json, and the app serves no files')
const IDENTITY = byDesign(
  'a managed identity with rights to its own tables, keys and queues; no stored credential (infra)',
)
const CLASSES = byDesign(
  'shared/storage/schema.md says for each row what is sealed and what is plain; infra/compliance says how long',
)

export const CONFIGURATION: readonly Row[] = [
  [
    '13.1.1',
    2,
    'whom the app talks to is written down',
    byDesign('infra/OPERATING.md and infra/compliance/data-flows.md'),
  ],
  ['13.2.1', 2, 'our own parts prove who they are', IDENTITY],
  ['13.2.2', 2, 'with as few rights as can be', IDENTITY],
  [
    '13.2.3',
    2,
    'no default credentials',
    byDesign('the local credentials open stand-ins on this machine and stand nowhere in dist/'),
  ],
  ['13.2.4', 2, 'whom the app may call is listed', tested('unit/channels/target', 'X1: nothing is ever sent to %s')],
  [
    '13.2.5',
    2,
    'whom the server may call is listed',
    tested('unit/channels/target', 'X1: where we are served over TLS, no setting opens this machine'),
  ],
  [
    '13.3.1',
    2,
    'secrets are in a vault and not in the code',
    tested('unit/architecture', 'settings are read in one file'),
  ],
  ['13.3.2', 2, 'few can read them', IDENTITY],
  [
    '13.4.1',
    1,
    'no source control in what is deployed',
    tested(
      'end-to-end/edge',
      'an address or a method that is not there is answered like an error of the API, for pages and OAuth too',
    ),
  ],
  ['13.4.2', 2, 'no debug mode', BUNDLE],
  ['13.4.3', 2, 'no listings of folders', BUNDLE],
  ['13.4.4', 2, 'no TRACE', tested('end-to-end/edge', 'TRACE repeats nothing, at any address')],
  [
    '13.4.5',
    2,
    'only documents that are meant for all are there for all',
    tested('unit/reference/document', 'the document may be kept and may be read by pages of any origin'),
  ],
]

export const DATA_PROTECTION: readonly Row[] = [
  ['14.1.1', 2, 'what is sensitive is known, and how much', CLASSES],
  ['14.1.2', 2, 'what follows for each kind is written down', CLASSES],
  [
    '14.2.1',
    1,
    'nothing sensitive in addresses',
    tested('unit/integrators/guards', 'a token in the query is not looked at'),
  ],
  ['14.2.2', 2, 'nothing sensitive in caches of servers', HEADERS],
  [
    '14.2.3',
    2,
    'nothing sensitive to others',
    byDesign('no trackers; integrators get what the person allowed, Microsoft what they ask for'),
  ],
  ['14.2.4', 2, 'what is written down is done', CANARIES],
  [
    '14.3.1',
    1,
    'nothing stays in the browser after signing out',
    byDesign('no script stores anything, and pages are no-store'),
  ],
  ['14.3.2', 2, 'browsers keep nothing', HEADERS],
  [
    '14.3.3',
    2,
    'no data in the storage of browsers',
    tested('end-to-end/edge', 'cookies are for this host only, and no script and no other site has them'),
  ],
]
