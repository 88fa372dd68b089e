import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpsPost, type PostDependencies } from '../../../shared/channels/https-post.ts'
import { SELF_SIGNED } from '../../support/self-signed.ts'

const PUBLIC = { publicUrl: 'https://sync.example', allowedHosts: [] }
const LOCAL = { publicUrl: 'http://localhost:7071', allowedHosts: ['localhost', '127.0.0.1'] }

interface Listening {
  readonly port: number
  readonly sockets: readonly Socket[]
}

/** Listens on every address of this machine, and counts who connects. */
async function listen(server: Server | SocketServer): Promise<Listening> {
  const sockets: Socket[] = []
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sockets }
}

const receiver = (answer: RequestListener) => listen(createServer(answer))
const ok: RequestListener = (_, response) => response.end('thank you')

const post = (url: string, more: Partial<PostDependencies> = {}) =>
  createHttpsPost({ rules: LOCAL, patience: () => AbortSignal.timeout(2_000), ...more })(
    url,
    { 'x-test': '1' },
    '{"a":"ø"}',
  )

test('a notification is one POST with its headers and its body', async () => {
  const got: unknown[] = []
  const { port } = await receiver(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    got.push([request.method, request.url, request.headers['x-test'], Buffer.concat(chunks).toString()])
    response.writeHead(204).end()
  })
  expect(await post(`http://127.0.0.1:${port}/cb?x=1`)).toEqual({ kind: 'answered', status: 204 })
  expect(got).toEqual([['POST', '/cb?x=1', '1', '{"a":"ø"}']])
})

const REFUSED = { kind: 'failed', reason: 'address_refused' }

test.each([
  '127.0.0.1',
  '0.0.0.0',
  '[::1]',
  '[::ffff:127.0.0.1]',
  'localhost',
  '2130706433',
  '0x7f.1',
  '127.1',
  'localhost.',
])('X1: nobody connects to a receiver at %s', async (host) => {
  const { port, sockets } = await receiver(ok)
  for (const scheme of ['http', 'https'])
    expect(await post(`${scheme}://${host}:${port}/`, { rules: PUBLIC })).toEqual(REFUSED)
  expect(sockets).toHaveLength(0)
})

test.each([
  [['127.0.0.1']],
  [['8.8.8.8', '127.0.0.1']],
  [['2606:4700::1111', '::1']],
  [['169.254.169.254']],
  [['168.63.129.16']],
  [['fd00:ec2::254']],
  [['::ffff:127.0.0.1']],
  [['64:ff9b::7f00:1']],
  [['not an address']],
])('X1: nobody connects to a name that leads to %j', async (addresses) => {
  const { port, sockets } = await receiver(ok)
  const resolve = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  expect(await post(`https://fa.example:${port}/`, { rules: PUBLIC, resolve })).toEqual(REFUSED)
  expect(sockets).toHaveLength(0)
})

test('X1: a name is resolved once for each delivery, so that what was checked is what is connected to', async () => {
  const { port, sockets } = await receiver(ok)
  const answers = ['127.0.0.1', '10.0.0.1']
  let asked = 0
  const resolve = async () => [{ address: answers[asked++] ?? '', family: 4 }]
  expect(await post(`http://localhost:${port}/`, { resolve })).toEqual({ kind: 'answered', status: 200 })
  expect([asked, sockets.length]).toEqual([1, 1])
  expect(await post(`http://localhost:${port}/`, { resolve })).toEqual(REFUSED)
  expect([asked, sockets.length]).toEqual([2, 1])
})

test('X1: a name that turns to this machine after the first delivery is refused at the second', async () => {
  const { port, sockets } = await receiver(ok)
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
  expect(await post(`https://fa.example:${port}/`, { rules: PUBLIC, resolve })).toEqual(REFUSED)
  expect(sockets).toHaveLength(0)
})

test.each([
  [async () => [], 'name_not_found'],
  [() => Promise.reject(new Error('ENOTFOUND')), 'name_not_found'],
  [() => new Promise<never>(() => {}), 'timed_out'],
] as const)('X1: a name that does not resolve is connected to in no other way', async (resolve, reason) => {
  const { port, sockets } = await receiver(ok)
  const patience = () => AbortSignal.timeout(100)
  expect(await post(`http://localhost:${port}/`, { resolve, patience })).toEqual({ kind: 'failed', reason })
  expect(sockets).toHaveLength(0)
})

test.each([301, 302, 303, 307, 308])('X1: a redirect with %i is an answer and not followed', async (status) => {
  const inner = await receiver(ok)
  const location = `http://127.0.0.1:${inner.port}/`
  const { port } = await receiver((_, response) => response.writeHead(status, { location }).end())
  expect(await post(`http://localhost:${port}/`)).toEqual({ kind: 'answered', status })
  expect(inner.sockets).toHaveLength(0)
})

test('X2: a receiver that does not answer in time is left', async () => {
  const { port } = await receiver(() => {})
  const started = performance.now()
  const patience = () => AbortSignal.timeout(200)
  expect(await post(`http://localhost:${port}/`, { patience })).toEqual({ kind: 'failed', reason: 'timed_out' })
  expect(performance.now() - started).toBeLessThan(1_500)
})

test('X2: a receiver that drips its headers is left', async () => {
  const { port, sockets } = await listen(
    createSocketServer((socket) => drip(socket, 'HTTP/1.1 200 OK\r\n', 'x: y\r\n')),
  )
  const patience = () => AbortSignal.timeout(300)
  expect(await post(`http://localhost:${port}/`, { patience })).toEqual({ kind: 'failed', reason: 'timed_out' })
  await closed(sockets[0])
})

test('X2: a receiver that changes to another protocol has answered, and is left', async () => {
  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'
  const { port, sockets } = await listen(
    createSocketServer((socket) => socket.once('data', () => socket.write(upgrade))),
  )
  expect(await post(`http://localhost:${port}/`)).toEqual({ kind: 'answered', status: 101 })
  await closed(sockets[0])
})

test('X2: a receiver that drips its body has taken the notification, and is left', async () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n'
  const { port, sockets } = await listen(createSocketServer((socket) => drip(socket, head, '.')))
  const patience = () => AbortSignal.timeout(300)
  expect(await post(`http://localhost:${port}/`, { patience })).toEqual({ kind: 'answered', status: 200 })
  await closed(sockets[0])
})

test('X2: of an answer of 100 MB a little is taken, and the rest is cut off', async () => {
  let written = 0
  const { port, sockets } = await receiver((_, response) => {
    const chunk = Buffer.alloc(64 * 1024)
    const more = () => {
      while (written < 100 * 1024 * 1024 && response.write(chunk)) written += chunk.length
    }
    response.on('drain', more)
    more()
  })
  const patience = () => AbortSignal.timeout(60_000)
  expect(await post(`http://localhost:${port}/`, { patience })).toEqual({ kind: 'answered', status: 200 })
  await closed(sockets[0])
  // What the system holds for a connection has been written too.
  expect(written).toBeLessThan(30 * 1024 * 1024)
})

test('X2: a certificate that nobody trusts is refused, before anything is said', async () => {
  let asked = 0
  const { port } = await listen(createSecureServer(SELF_SIGNED, () => asked++))
  expect(await post(`https://localhost:${port}/`)).toEqual({ kind: 'failed', reason: 'certificate_refused' })
  expect(asked).toBe(0)
})

test.each([
  ['closes the connection', (socket: Socket) => socket.destroy()],
  ['speaks no HTTP', (socket: Socket) => socket.end('220 mail.example ESMTP\r\n')],
])('X2: a receiver that %s is unreachable', async (_, answer) => {
  const { port } = await listen(createSocketServer(answer))
  expect(await post(`http://localhost:${port}/`)).toEqual({ kind: 'failed', reason: 'unreachable' })
})

function drip(socket: Socket, first: string, then: string): void {
  socket.write(first)
  const timer = setInterval(() => socket.write(then), 20)
  socket.on('close', () => clearInterval(timer))
}

const closed = (socket: Socket | undefined) =>
  new Promise<void>((resolve) =>
    socket === undefined || socket.destroyed ? resolve() : socket.once('close', () => resolve()),
  )
