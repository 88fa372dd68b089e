import rhea, { type Message } from 'rhea'
import type { Dice } from '../../../support/dice.ts'
import type { Attack } from '../assault.ts'
import { described, encodeFrame, type Frame, header } from './frame.ts'
import { QUEUES, SASL, sourceOf, TALK } from './talk.ts'

const types = rhea.types as typeof rhea.types & { Double(value: number): unknown }

/** Values that no field expects. */
const WILD: readonly unknown[] = [
  ...[undefined, true, false, -1, 0.5, '', 'x', 'x'.repeat(3_000), ...[0, 65_535].map(types.wrap_ushort)],
  ...[0, 1, 2, 255, 256, 1_000, 2_048, 65_535, 4_294_967_294, 4_294_967_295].map(types.wrap_uint),
  ...[types.wrap_ubyte(1), types.wrap_ubyte(255), types.wrap_symbol('x'), types.wrap_symbol('constructor')],
  ...['__proto__', 'constructor', 'toString', '$cbs', '/', 'attacked', '\u0000', Buffer.alloc(0), Buffer.alloc(8, 255)],
  ...[types.Double(Number.NaN), types.Double(Number.POSITIVE_INFINITY), types.wrap_long(Buffer.alloc(8, 127))],
  ...[[], {}, [1, 'x'], { a: { b: [] } }, [[[[]]]], new Date(8.64e15), described(0x24, []), described(0x1d, ['x', 1])],
  ...[described(0x28, [1, 2, 3]), described(0x77, [])],
]

/** Without it all the rest is refused. */
const PUT_TOKEN = TALK.find(({ message }) => message !== undefined)

const NUMBERS: readonly unknown[] = WILD.filter((value) => typeof value !== 'string')

/** An attach that asks for a session in a way that nobody does. */
const strangeAttach = (dice: Dice, [name, handle, , ...rest]: readonly unknown[]): unknown[] => {
  const wanted = { 'com.microsoft:session-filter': dice.pick(WILD) }
  const from = dice.pick([QUEUES.sessions, QUEUES.plain, `${QUEUES.plain}/$deadletterqueue`])
  const fields = replaced([name, handle, true, ...rest], 5, sourceOf(from, wanted))
  while (fields.length < 13) fields.push(undefined)
  return [...fields, types.wrap_symbolic_map({ 'com.microsoft:timeout': dice.pick(NUMBERS) })]
}

/** Bytes that promise more than there is: values that decode to millions from a few, or nest without end. */
const BOMBS: readonly Buffer[] = [
  Buffer.from('f0000000ffffffffff40', 'hex'),
  Buffer.from('f00000000501000000 40'.replace(' ', ''), 'hex'),
  Buffer.from('d000000004ffffffff', 'hex'),
  Buffer.from('d00000000401ffffff'.repeat(40), 'hex'),
  Buffer.from('d10000000401ffffff'.repeat(40), 'hex'),
  Buffer.from('c00901'.repeat(20_000), 'hex'),
  Buffer.alloc(60_000),
  Buffer.from('b1ffffffff61', 'hex'),
  Buffer.from('a0ff', 'hex'),
]

const replaced = <Item>(list: readonly Item[], at: number, ...items: readonly Item[]): Item[] => [
  ...list.slice(0, at),
  ...items,
  ...list.slice(at + 1),
]

function mutateFrame(dice: Dice, frame: Frame): Frame {
  const { fields } = frame
  const payload = frame.payload ?? (frame.message && rhea.message.encode(frame.message)) ?? Buffer.alloc(0)
  const at = dice.below(fields.length + 1)
  const kinds: readonly (() => Frame)[] = [
    () => ({ ...frame, fields: replaced(fields, at, dice.pick(WILD)) }),
    () => ({ ...frame, fields: replaced(fields, at, dice.pick(WILD)) }),
    () => ({ ...frame, fields: fields.slice(0, at) }),
    () => ({ ...frame, ...(frame.code === 0x12 && { fields: strangeAttach(dice, fields) }) }),
    () => ({ ...frame, channel: dice.pick([1, 2, 100, 101, 65_535]) }),
    () => ({ ...frame, code: 0x10 + dice.below(9) }),
    () => ({ ...frame, code: dice.pick([0, 0x40, 0x41, 0x44, 0x75, 255]) }),
    () => ({ ...frame, type: dice.pick([0, 1, 2, 255]) }),
    () => ({ ...frame, payload: mutateBytes(dice, payload) }),
    ...Array<() => Frame>(frame.message === undefined ? 0 : 20).fill(() => mutateMessage(dice, frame)),
    () => ({ ...frame, fields: replaced(fields, at, dice.pick([undefined, ...dice.pick(TALK).fields])) }),
  ]
  return dice.pick(kinds)()
}

const NAMES: readonly string[] = [
  ...['message_id', 'reply_to', 'group_id', 'ttl', 'correlation_id', 'body', 'message_annotations', 'durable'],
  ...['application_properties.operation', 'application_properties.name', 'application_properties.associated-link-name'],
  ...['message_annotations.x-opt-scheduled-enqueue-time', 'body.session-id', 'body.lock-tokens', 'body.messages'],
  ...[
    'body.sequence-numbers',
    'body.message-count',
    'body.from-sequence-number',
    'body.session-state',
    'body.__proto__',
  ],
]

const WORDS: readonly string[] = [
  ...[
    'schedule-message',
    'cancel-scheduled-message',
    'get-session-state',
    'renew-session-lock',
    'peek-message',
    'receive-by-sequence-number',
    'renew-lock',
  ],
  ...['update-disposition', 'set-session-state'],
].flatMap((word) => [`com.microsoft:${word}`, 'constructor', 'toString'])

/** Where something stands in a message: `body` or `body.session-id`. */
const pathsOf = (message: object): string[] =>
  Object.entries(message).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null ? Object.keys(inner).map((key) => `${name}.${key}`) : [name],
  )

/** A message with something else in one place, as far as it can be written. */
function mutateMessage(dice: Dice, frame: Frame): Frame {
  const message: Record<string, unknown> = { ...frame.message }
  const own = pathsOf(message)
  const [name = '', inner] = dice.pick(own.length > 0 && dice.chance(0.7) ? own : NAMES).split('.')
  const value = inner === 'operation' ? dice.pick(WORDS) : dice.pick(WILD)
  const holder = message[name]
  message[name] = inner === undefined ? value : { ...(typeof holder === 'object' ? holder : {}), [inner]: value }
  try {
    return { ...frame, payload: rhea.message.encode(message as unknown as Message) }
  } catch {
    return frame
  }
}

function mutateBytes(dice: Dice, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const at = dice.below(copy.length + 1)
  const until = Math.min(copy.length, at + 1 + dice.below(8))
  const put = (middle: Uint8Array) => Buffer.concat([copy.subarray(0, at), middle, copy.subarray(until)])
  const kinds: readonly (() => Buffer)[] = [
    () => put(dice.bytes(until - at)),
    () => put(Buffer.alloc(until - at, dice.pick([0, 255, 0x40, 0x45, 0x70]))),
    () => put(Buffer.alloc(0)),
    () => put(dice.pick(BOMBS)),
    () => copy.subarray(0, at),
  ]
  return dice.pick(kinds)()
}

/** The same bytes with a length that is not theirs. */
function lying(dice: Dice, frame: Buffer): Buffer {
  const sizes = [0, 1, 4, 7, 8, frame.length - 1, frame.length + 1, 65_537, 0x7fff_ffff, 0xffff_ffff]
  const copy = Buffer.from(frame)
  copy.writeUInt32BE(Math.max(0, dice.pick(sizes)))
  if (dice.chance(0.2)) copy[4] = dice.pick([0, 1, 3, 255])
  return copy
}

/** The size stands in front of a frame; it is made right again, so that what is inside is read. */
function resized(frame: Buffer): Buffer {
  const copy = frame.length < 8 ? Buffer.concat([frame, Buffer.alloc(8)]) : Buffer.from(frame)
  copy.writeUInt32BE(copy.length)
  return copy
}

/** Well-formed, and not what anybody would say. */
function strange(dice: Dice, frame: Frame): Frame {
  if (dice.chance(0.7)) return frame
  if (frame.message !== undefined && frame !== PUT_TOKEN) return mutateMessage(dice, frame)
  return frame.code === 0x12 && dice.chance(0.2) ? { ...frame, fields: strangeAttach(dice, frame.fields) } : frame
}

function mutateTalk(dice: Dice): Buffer[] {
  const bytes = TALK.map(encodeFrame)
  const at = dice.below(TALK.length)
  const one = TALK[at] ?? SASL
  const own = bytes[at] ?? Buffer.alloc(0)
  const kinds: readonly (() => Buffer[])[] = [
    () => replaced(bytes, at, encodeFrame(mutateFrame(dice, one))),
    () => TALK.map((frame) => encodeFrame(dice.chance(0.05) ? mutateFrame(dice, frame) : frame)),
    ...Array<() => Buffer[]>(6).fill(() => TALK.map((frame) => encodeFrame(strange(dice, frame)))),
    () => replaced(bytes, at, encodeFrame(mutateFrame(dice, mutateFrame(dice, one)))),
    () => replaced(bytes, at, resized(mutateBytes(dice, own))),
    () => replaced(bytes, at, mutateBytes(dice, own)),
    () => replaced(bytes, at, lying(dice, own)),
    () => replaced(bytes, at),
    () => replaced(bytes, at, ...Array.from({ length: 2 + dice.below(300) }, () => own)),
    () => replaced(bytes, at, dice.pick(bytes)),
    () => bytes.slice(0, at),
  ]
  return dice.pick(kinds)()
}

/** Beginnings: with SASL, without it, with half of it, and what is neither. */
function beginning(dice: Dice): Buffer[] {
  const sasl = encodeFrame(SASL)
  const right = [header(3), sasl, header(0)]
  if (dice.chance(0.85)) return right
  const kinds: readonly (() => Buffer[])[] = [
    () => [header(0)],
    () => [header(3), sasl.subarray(0, dice.below(sasl.length))],
    () => [header(3), encodeFrame(mutateFrame(dice, SASL)), header(0)],
    () => [header(3), sasl, sasl, header(0)],
    () => [header(dice.pick([1, 2, 3, 9]))],
    () => [Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    () => [mutateBytes(dice, Buffer.concat(right))],
  ]
  return dice.pick(kinds)()
}

/** A client that says something wrong, in one go or bit by bit, and goes or stays. */
export function amqpAttack(dice: Dice): Attack {
  const said = [...beginning(dice), ...mutateTalk(dice)]
  const ending = dice.pick(['destroy', 'half-close', 'leave', 'leave'] as const)
  if (dice.chance(0.1)) return { pieces: pieces(dice, Buffer.concat(said)).slice(0, 200), pauseMs: 1, ending }
  return { pieces: dice.chance(0.5) ? [Buffer.concat(said)] : said, pauseMs: 0, ending }
}

function pieces(dice: Dice, all: Buffer): Buffer[] {
  const size = dice.pick([1, 3, 50])
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.subarray(at * size, (at + 1) * size))
}
