import type { Dice } from '../../../support/dice.ts'
import type { Attack } from '../assault.ts'

/** What a request is made of, in a form that can be changed. */
interface Request {
  readonly line: string
  readonly headers: readonly string[]
  readonly body: string
}

const HOST = 'Host: localhost'
const post = (headers: readonly string[], body: string): Request => ({
  line: 'POST /api/echo/1 HTTP/1.1',
  headers: [HOST, ...headers],
  body,
})
const chunked = (...chunks: readonly string[]): string =>
  `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`
const CHUNKED = 'Transfer-Encoding: chunked'

/** Right requests. */
const RIGHT: readonly Request[] = [
  { line: 'GET /api/echo/1 HTTP/1.1', headers: [HOST], body: '' },
  post(['Content-Type: text/plain', 'Content-Length: 5'], 'hello'),
  post([CHUNKED], chunked('hello', 'you')),
  post(['Expect: 100-continue', 'Content-Length: 2'], 'ok'),
  { line: 'GET /admin/host/status HTTP/1.1', headers: [HOST, 'x-functions-key: k'], body: '' },
]

const LINES: readonly string[] = [
  ...['GET', 'GET /', 'GET  /api/echo/1  HTTP/1.1', 'G\u0000T / HTTP/1.1', 'GET / HTTP/9.9', 'GET / HTTP/0.9', ''],
  ...['CONNECT localhost:80 HTTP/1.1', 'OPTIONS * HTTP/1.1', 'TRACE /api/echo/1 HTTP/1.1', 'PRI * HTTP/2.0'],
  ...['GET http://evil.example/api/echo/1 HTTP/1.1', 'GET //evil.example/api/echo/1 HTTP/1.1', 'GET ?x HTTP/1.1'],
  ...['GET /api/echo/%00%ff%2f..%2f HTTP/1.1', 'GET /api/echo/%E0%A4%A HTTP/1.1', 'GET /api/../../etc HTTP/1.1'],
  ...['POST /admin/functions/echo HTTP/1.1', 'GET /admin/functions/__proto__ HTTP/1.1', 'GET \\ HTTP/1.1'],
  ...[`GET /${'a'.repeat(20_000)} HTTP/1.1`, `GET /api/echo/1?${'x=1&'.repeat(3_000)} HTTP/1.1`],
]

const HEADERS: readonly string[] = [
  ...['Host: evil.example', 'Host: ', 'Host: a b', 'Host: [::1', 'Host: localhost:99999', 'Host: @/?#'],
  ...['Content-Length: 0', 'Content-Length: 3', 'Content-Length: 500', 'Content-Length: 99999999999999999999'],
  ...['Content-Length: -1', 'Content-Length: +5', 'Content-Length: 0x5', 'Content-Length: 5, 5', 'Content-Length:'],
  ...[
    CHUNKED,
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding : chunked',
  ],
  ...['Expect: 100-continue', 'Expect: something', 'Connection: Upgrade', 'Upgrade: h2c', 'Connection: close', 'TE: x'],
  ...['Cookie: a=b; a=c; =; ;', 'x: \u0000', 'x: a\rb', ' folded', '\tfolded', ': nameless', 'x\u00e6: y', 'no colon'],
  ...['x-functions-key: wrong', 'x-ms-invocation-id: made-up', '__proto__: x', 'constructor: x', 'Content-Type: ;;;='],
  ...[
    'Content-Type: multipart/form-data; boundary=',
    'Content-Encoding: gzip',
    'traceparent: 00-x',
    'x-forwarded-for: ,',
  ],
  ...[`x: ${'y'.repeat(20_000)}`, Array(3_000).fill('x: y').join('\r\n')],
]

const BODIES: readonly string[] = [
  ...['', 'x'.repeat(200_000), chunked('x'.repeat(200_000)), 'ffffffffffffffff\r\nx', '-1\r\nx\r\n', '5\r\nhell'],
  ...[
    `5${';x=y'.repeat(5_000)}\r\nhello\r\n0\r\n\r\n`,
    '5\r\nhello\r\n',
    '5\nhello\n0\n\n',
    '0\r\nGET: x\r\n\r\n',
    '\u0000',
  ],
  ...['0\r\n\r\nGET /api/echo/2 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
]

const textOf = ({ line, headers, body }: Request): string => `${[line, ...headers].join('\r\n')}\r\n\r\n${body}`

function mutate(dice: Dice, request: Request): Request {
  const { headers } = request
  const at = dice.below(headers.length + 1)
  const kinds: readonly (() => Request)[] = [
    () => ({ ...request, line: dice.pick(LINES) }),
    () => ({ ...request, headers: [...headers.slice(0, at), dice.pick(HEADERS), ...headers.slice(at)] }),
    () => ({ ...request, headers: [...headers.slice(0, at), dice.pick(HEADERS), ...headers.slice(at + 1)] }),
    () => ({ ...request, headers: headers.filter((_, index) => index !== at) }),
    () => ({ ...request, body: dice.pick(BODIES) }),
    () => ({ ...request, body: request.body.slice(0, dice.below(request.body.length + 1)) }),
    () => post([CHUNKED], dice.pick(BODIES)),
  ]
  const changed = dice.pick(kinds)()
  return dice.chance(0.3) ? mutate(dice, changed) : changed
}

/** The text with some bytes of it changed, or without its end. */
function damaged(dice: Dice, text: string): string {
  const at = dice.below(text.length)
  if (dice.chance(0.3)) return text.slice(0, at)
  const wild = dice.pick(['\r', '\n', '\u0000', ' ', ':', '\u00ff', '\r\n\r\n', String.fromCharCode(dice.below(256))])
  return text.slice(0, at) + wild + text.slice(at + dice.below(4))
}

/** One request that is wrong, or many over one connection, in one go or bit by bit. */
export function httpAttack(dice: Dice): Attack {
  const ending = dice.pick(['destroy', 'half-close', 'leave', 'leave'] as const)
  const request = textOf(mutate(dice, dice.pick(RIGHT)))
  const many = () => Array.from({ length: 1 + dice.below(40) }, () => textOf(dice.pick(RIGHT))).join('')
  const kinds: readonly (() => string)[] = [
    () => request,
    () => request,
    () => many() + request,
    () => request + many(),
    () => damaged(dice, request),
    () => damaged(dice, textOf(dice.pick(RIGHT)) + many()),
  ]
  const bytes = Buffer.from(dice.pick(kinds)(), 'latin1')
  if (dice.chance(0.1)) return { pieces: cut(bytes, 1).slice(0, 200), pauseMs: 1, ending }
  return {
    pieces: cut(bytes, dice.pick([bytes.length + 1, bytes.length + 1, 1_000, 30])).slice(0, 300),
    pauseMs: 0,
    ending,
  }
}

const cut = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size))
