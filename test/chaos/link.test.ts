import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { createDice } from '../support/dice.ts'
import { SELF_SIGNED } from '../support/self-signed.ts'
import { openLink } from './link.ts'
import { startTerminator } from './terminator.ts'

/** A server that sends everything back, behind a link. */
async function start({ isSecured = false } = {}) {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const terminator = isSecured ? await startTerminator(port) : undefined
  const link = await openLink(terminator?.port ?? port, createDice(1))
  onTestFinished(async () => {
    await link.close()
    await terminator?.close()
    server.close()
  })
  return link
}

async function call(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  return socket
}

async function said(socket: Socket): Promise<string> {
  const [data] = await once(socket, 'data')
  return String(data)
}

test('a link passes everything on, both ways', async () => {
  const socket = await call((await start()).port)
  socket.write('hello')
  expect(await said(socket)).toBe('hello')
  socket.end()
  await once(socket, 'end')
})

test('a delayed link takes its time, twice', async () => {
  const link = await start()
  const socket = await call(link.port)
  link.set({ delayMs: 100 })
  const began = performance.now()
  socket.write('hello')
  await said(socket)
  expect(performance.now() - began).toBeGreaterThan(195)
})

test('a silent link takes connections and keeps what is said until it is silent no more', async () => {
  const link = await start()
  link.set({ isSilent: true })
  const socket = await call(link.port)
  let heard = ''
  socket.on('data', (data) => {
    heard += String(data)
  })
  socket.write('hello')
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(heard).toBe('')
  link.set({})
  await expect.poll(() => heard).toBe('hello')
})

test('a link that is down resets the connections there are and those that come', async () => {
  const link = await start()
  const socket = await call(link.port)
  const broken = once(socket, 'error')
  await expect.poll(() => link.open()).toBe(1)
  link.set({ isDown: true })
  expect((await broken)[0]).toMatchObject({ code: 'ECONNRESET' })
  expect((await once(connect(link.port, '127.0.0.1'), 'error'))[0]).toMatchObject({ code: 'ECONNRESET' })
  expect(link.counts).toMatchObject({ connections: 2, cut: 1, refused: 1 })
})

test('an answer that is cut off was asked for in vain, and only so many are', async () => {
  const link = await start()
  const socket = await call(link.port)
  link.cutAnswers(1)
  socket.write('hello')
  expect((await once(socket, 'error'))[0]).toMatchObject({ code: 'ECONNRESET' })
  const next = await call(link.port)
  next.write('again')
  expect(await said(next)).toBe('again')
})

test('a half-closed connection says no more to one end and still takes what that end says', async () => {
  const link = await start()
  const socket = connect({ port: link.port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
  await once(socket, 'connect')
  await expect.poll(() => link.open()).toBe(1)
  link.halfClose('client')
  socket.resume()
  await once(socket, 'end')
  expect(socket.writable).toBe(true)
  expect(link.counts.halfClosed).toBe(1)
})

test('a flipped bit within TLS ends the connection: nobody is told anything else than what was said', async () => {
  const link = await start({ isSecured: true })
  for (let attempt = 0; attempt < 20; attempt++) {
    const socket = connectSecurely({
      port: link.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: SELF_SIGNED.cert,
    })
    await once(socket, 'secureConnect')
    let heard = ''
    socket.on('error', () => {})
    socket.on('data', (data) => {
      heard += String(data)
    })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    link.garble(1)
    socket.write('hello')
    await closed
    expect(heard).toBe('')
  }
  expect(link.counts.garbled).toBe(20)
})
