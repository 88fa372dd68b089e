import { byDesign, notApplicable, type Row, tested } from '../requirement.ts'

const NO_SOCKETS = notApplicable('there are no WebSockets')

export const API: readonly Row[] = [
  [
    '4.1.1',
    1,
    'every body says its type and charset',
    tested('end-to-end/edge', 'every address answers every method with the headers that guard a browser'),
  ],
  [
    '4.1.2',
    2,
    'the API does not lead from http to https',
    byDesign(
      'the app takes https only (httpsOnly is for browsers; integrators get our https address and nothing else)',
    ),
  ],
  [
    '4.1.3',
    2,
    'headers of the front end cannot be forged to any use',
    tested('unit/api/endpoint', 'the client address is the one the front end saw, not one the sender wrote'),
  ],
  [
    '4.2.1',
    2,
    'the end of a message is where the protocol says',
    tested('unit/api/endpoint', 'W8: a body above the limit is refused with 413, whatever length it claims'),
  ],
  ['4.3.1', 2, 'GraphQL queries are limited', notApplicable('there is no GraphQL')],
  ['4.3.2', 2, 'no GraphQL introspection', notApplicable('there is no GraphQL')],
  ['4.4.1', 1, 'WebSockets over TLS', NO_SOCKETS],
  ['4.4.2', 2, 'WebSockets check the origin', NO_SOCKETS],
  ['4.4.3', 2, 'WebSockets have sessions', NO_SOCKETS],
  ['4.4.4', 2, 'WebSocket sessions come from the page', NO_SOCKETS],
]
