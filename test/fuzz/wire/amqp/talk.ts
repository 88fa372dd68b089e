import { createHmac } from 'node:crypto'
import rhea from 'rhea'
import { localConnectionString } from '../../../../infra/local/service-bus/start.ts'
import { described, type Frame } from './frame.ts'

export const QUEUES = { plain: 'attacked', sessions: 'attacked-sessions', healthy: 'healthy' }

const { wrap_uint: uint, wrap_ubyte: ubyte, wrap_symbol: symbol, wrap_ushort: ushort } = rhea.types
const SETTLED = true
const [PUT, TAKE] = [false, true]
export const sourceOf = (address?: string, filter?: object) =>
  described(0x28, [address, uint(0), symbol('never'), uint(0), false, undefined, undefined, filter])
const target = (address?: string) => described(0x29, [address])

const amqp = (code: number, fields: readonly unknown[], message?: object): Frame => ({
  ...{ type: 0, channel: 0, code, fields },
  ...(message && { message }),
})
/** @param role whether the client receives on this link. */
const attach = (
  name: string,
  handle: number,
  role: boolean,
  at: string,
  more: { filter?: object; reply?: string } = {},
) =>
  amqp(0x12, [
    ...[name, uint(handle), role, ubyte(role ? 2 : 0), ubyte(0)],
    ...[sourceOf(role ? at : name, more.filter), target(role ? (more.reply ?? name) : at)],
    ...[undefined, false, uint(0)],
  ])
const flow = (handle: number) => amqp(0x13, [...[0, 5_000, 0, 5_000, handle, 0, 10].map(uint)])
const transfer = (handle: number, id: number, message: object) =>
  amqp(0x14, [uint(handle), uint(id), Buffer.from([id]), uint(0), !SETTLED, false], message)
const disposition = (first: number, last: number, state: number) =>
  amqp(0x15, [TAKE, uint(first), uint(last), SETTLED, described(state, [])])

const ACCESS = /SharedAccessKeyName=([^;]+);SharedAccessKey=([^;]+)/.exec(localConnectionString('x', 1)) ?? []

/** A token that opens the whole namespace, for good. */
function token(): string {
  const [, name = '', key = ''] = ACCESS
  const resource = encodeURIComponent('sb://x/')
  const sign = createHmac('sha256', key).update(`${resource}\n9999999999`).digest('base64')
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(sign)}&se=9999999999&skn=${name}`
}

const managed = (operation: string, id: string, body: object, reply_to = 'answers') => ({
  ...{ message_id: id, reply_to, body },
  application_properties: { operation, 'associated-link-name': 'take-session' },
})

const opening: readonly Frame[] = [
  amqp(0x10, ['attacker', 'x', uint(65_536), ushort(100), uint(60_000)]),
  amqp(0x11, [undefined, ...[0, 5_000, 5_000, 255].map(uint)]),
]

const authorizing: readonly Frame[] = [
  attach('tokens', 0, PUT, '$cbs'),
  attach('token-answers', 1, TAKE, '$cbs', { reply: 'cbs' }),
  flow(1),
  transfer(0, 0, {
    ...{ message_id: 'm', reply_to: 'cbs', body: token() },
    application_properties: { operation: 'put-token', type: 'servicebus.windows.net:sastoken', name: 'sb://x/' },
  }),
]

const sending: readonly Frame[] = [
  attach('put', 2, PUT, QUEUES.plain),
  transfer(2, 1, { message_id: 'one', body: 'hello', application_properties: { a: 1 }, ttl: 60_000 }),
  transfer(2, 2, { message_id: 'two', body: { deep: [1, { deeper: 'x' }] }, message_annotations: { 'x-opt-a': 1 } }),
  attach('put-session', 3, PUT, QUEUES.sessions),
  transfer(3, 3, { message_id: 'three', group_id: 's1', body: 'in a session' }),
]

const receiving: readonly Frame[] = [
  attach('take', 4, TAKE, QUEUES.plain),
  flow(4),
  disposition(1, 1, 0x24),
  disposition(2, 2, 0x25),
  attach('take-session', 5, TAKE, QUEUES.sessions, { filter: { 'com.microsoft:session-filter': 's1' } }),
  flow(5),
]

const STATE = { 'session-id': 's1', 'session-state': Buffer.from('x') }

const managing: readonly Frame[] = [
  attach('asks', 6, PUT, `${QUEUES.plain}/$management`),
  attach('answers', 7, TAKE, `${QUEUES.plain}/$management`),
  flow(7),
  transfer(6, 4, managed('com.microsoft:peek-message', 'p', { 'from-sequence-number': 0, 'message-count': 3 })),
  transfer(6, 5, managed('com.microsoft:renew-lock', 'l', { 'lock-tokens': [Buffer.alloc(16)] })),
  transfer(6, 6, managed('com.microsoft:receive-by-sequence-number', 'd', { 'sequence-numbers': [1, 2] })),
  transfer(
    6,
    7,
    managed('com.microsoft:schedule-message', 'x', { messages: [{ message: rhea.message.encode({ body: 1 }) }] }),
  ),
]

const managingSessions: readonly Frame[] = [
  attach('asks-session', 8, PUT, `${QUEUES.sessions}/$management`),
  attach('session-answers', 9, TAKE, `${QUEUES.sessions}/$management`),
  flow(9),
  transfer(8, 8, managed('com.microsoft:set-session-state', 'y', STATE, 'session-answers')),
  transfer(8, 9, managed('com.microsoft:get-session-state', 's', { 'session-id': 's1' }, 'session-answers')),
  transfer(8, 10, managed('com.microsoft:renew-session-lock', 'r', { 'session-id': 's1' }, 'session-answers')),
]

const parting: readonly Frame[] = [
  amqp(0x16, [uint(2), true]),
  amqp(0x16, [uint(4), true]),
  amqp(0x17, []),
  amqp(0x18, []),
]

/** What a client of Service Bus says, from the first frame after the layers' headers to the last. */
export const TALK: readonly Frame[] = [
  ...opening,
  ...authorizing,
  ...sending,
  ...receiving,
  ...managing,
  ...managingSessions,
  ...parting,
]

/** The exchange before it. */
export const SASL: Frame = { type: 1, channel: 0, code: 0x41, fields: [symbol('ANONYMOUS'), Buffer.from('x'), 'x'] }
