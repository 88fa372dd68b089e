import { connect } from 'node:net'
import rhea from 'rhea'
import { expect, onTestFinished, test } from 'vitest'
import { described, encodeFrame, type Frame, header } from '../fuzz/wire/amqp/frame.ts'
import { QUEUES, SASL, sourceOf, TALK } from '../fuzz/wire/amqp/talk.ts'
import { receiveOne, startBroker } from '../support/service-bus.ts'

const { wrap_uint: uint, wrap_symbolic_map: map } = rhea.types
const NAN = (rhea.types as unknown as { Double(value: number): unknown }).Double(Number.NaN)
const MOST = 0xffff_ffff

const frame = (code: number, fields: readonly unknown[], message?: object): Frame => ({
  ...{ type: 0, channel: 0, code, fields },
  ...(message && { message }),
})
const opening = [header(3), encodeFrame(SASL), header(0)]
/** As far as a client gets that may do everything. */
const authorized = [...opening, ...TALK.slice(0, 6).map(encodeFrame)]
const takes = (handle: number, queue: string, filter?: object) =>
  frame(0x12, ['strange', uint(handle), true, undefined, undefined, sourceOf(queue, filter), described(0x29, ['x'])])

/** A broker, and a client that says all this and stays. */
async function startAttacked(said: readonly Buffer[]) {
  const broker = await startBroker({ name: QUEUES.plain }, { name: QUEUES.sessions, requiresSession: true })
  const socket = connect({ port: broker.port, host: '127.0.0.1', allowHalfOpen: true })
  onTestFinished(() => void socket.destroy())
  const gone = new Promise<string>((resolve) => socket.on('close', () => resolve('gone')).on('error', () => {}))
  // Half-open, it learns that the other side is gone only by writing.
  const still = setInterval(() => isEnded && socket.write('x'), 200).unref()
  socket.on('close', () => clearInterval(still))
  let isEnded = false
  socket.on('end', () => {
    isEnded = true
  })
  let heard = 0
  socket.on('data', ({ length }) => {
    heard += length
  })
  socket.write(Buffer.concat(said))
  return { broker, socket, gone, heard: () => heard }
}

const NULLS = Buffer.from('f0000000ffffffffff40', 'hex')
const withSize = (bytes: Buffer, size: number) => {
  const copy = Buffer.from(bytes)
  copy.writeUInt32BE(size)
  return copy
}
const bombed = (frames: Buffer, bomb: Buffer) => withSize(Buffer.concat([frames, bomb]), frames.length + bomb.length)
const message = { message_id: 'x', body: 'x' }
const transfer = (more: boolean, payload?: object) =>
  frame(0x14, [uint(2), uint(1), Buffer.from('x'), uint(0), false, more], payload)
const put = TALK[6] as Frame

test.each<[string, readonly Buffer[]]>([
  ['whose frame says that it has two gigabytes', [...opening, withSize(Buffer.alloc(100), 0x7fff_ffff)]],
  ['whose frame says that it has no bytes', [...opening, Buffer.alloc(8)]],
  ['that takes frames of a single byte only', [...opening, encodeFrame(frame(0x10, ['x', 'x', uint(1)]))]],
  [
    'that wants a sign of life each millisecond',
    [...opening, encodeFrame(frame(0x10, ['x', 'x', undefined, undefined, uint(1)]))],
  ],
  ['that begins one channel twice', [...authorized, encodeFrame(TALK[1] as Frame)]],
  [
    'that settles four thousand million deliveries',
    [...authorized, encodeFrame(frame(0x15, [true, uint(0), uint(MOST)]))],
  ],
  ['that writes a word where a number belongs', [...authorized, encodeFrame(frame(0x16, ['constructor']))]],
  [
    'whose message is an array of four thousand million nulls',
    [...authorized, encodeFrame(put), bombed(encodeFrame(transfer(false)), NULLS)],
  ],
  [
    'whose message nests without end',
    [...authorized, encodeFrame(put), bombed(encodeFrame(transfer(false)), Buffer.alloc(50_000))],
  ],
  [
    'whose message never ends',
    [...authorized, encodeFrame(put), ...Array<Buffer>(80_000).fill(encodeFrame(transfer(true)))],
  ],
])('a client %s loses its connection, although it stays', async (_what, said) => {
  const { broker, gone } = await startAttacked(said)
  expect(await gone).toBe('gone')
  const client = broker.connect()
  await client.createSender(QUEUES.plain).sendMessages({ body: 1 })
  expect((await receiveOne(client.createReceiver(QUEUES.plain))).body).toBe(1)
})

test('a client that waits for a session for a time that is no number does not stop the broker’s clock', async () => {
  const strange = takes(9, QUEUES.sessions)
  const wait = map({ 'com.microsoft:timeout': NAN })
  const fields = [...strange.fields, ...Array<undefined>(6).fill(undefined), wait]
  const { broker, heard } = await startAttacked([...authorized, encodeFrame({ ...strange, fields })])
  await expect.poll(heard).toBeGreaterThan(500)
  const client = broker.connect()
  await client.createSender(QUEUES.plain).scheduleMessages({ body: 1 }, new Date(Date.now() + 50))
  expect((await receiveOne(client.createReceiver(QUEUES.plain))).body).toBe(1)
})

test('credit of four thousand millions is given back at once', async () => {
  const drain = frame(0x13, [...[0, 5_000, 0, 5_000, 9, 0, MOST].map(uint), undefined, true])
  const { broker } = await startAttacked([...authorized, encodeFrame(takes(9, QUEUES.plain)), encodeFrame(drain)])
  const client = broker.connect()
  await client.createSender(QUEUES.plain).sendMessages({ body: 1 })
  expect((await receiveOne(client.createReceiver(QUEUES.plain))).body).toBe(1)
})

test('a message that could not be given to a receiver is not taken', async () => {
  const strange = encodeFrame(transfer(false, message))
  // The same message with a list in place of its id, which rhea reads and cannot write.
  const listed = Buffer.from(strange.toString('hex').replace('a10178', 'c0020041'), 'hex')
  const { broker, heard } = await startAttacked([...authorized, encodeFrame(put), withSize(listed, listed.length)])
  await expect.poll(heard).toBeGreaterThan(0)
  const client = broker.connect()
  await client.createSender(QUEUES.plain).sendMessages({ body: 1 })
  expect((await receiveOne(client.createReceiver(QUEUES.plain))).body).toBe(1)
  expect(broker.snapshot().messages).toHaveLength(1)
})
