import { Offence } from './offence.ts'

/** Deeper than anything that a client of ours sends. */
const DEEPEST = 64

/** Type codes by what a field may hold; the width of a value stands in the first digit of its code. */
const KINDS = {
  boolean: [0x41, 0x42, 0x56],
  ubyte: [0x50],
  ushort: [0x60],
  uint: [0x43, 0x52, 0x70],
  ulong: [0x44, 0x53, 0x80],
  string: [0xa1, 0xb1],
  symbol: [0xa3, 0xb3],
  symbols: [0xa3, 0xb3, 0xe0, 0xf0],
  binary: [0xa0, 0xb0],
  map: [0xc1, 0xd1],
  list: [0x45, 0xc0, 0xd0],
  any: undefined,
} as const

/**
 * The fields of the performatives and of what stands in them, in their order; `!` for those that must be there.
 * @see http://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html#section-performatives
 */
const COMPOSITES: ReadonlyMap<number, string> = new Map([
  [0x10, 'string! string uint ushort uint symbols symbols symbols symbols map'],
  [0x11, 'ushort uint! uint! uint! uint symbols symbols map'],
  [0x12, 'string! uint! boolean! ubyte ubyte 0x28 0x29 map boolean uint ulong symbols symbols map'],
  [0x13, 'uint uint! uint! uint! uint uint uint uint boolean boolean map'],
  [0x14, 'uint! uint binary uint boolean boolean ubyte any boolean boolean boolean'],
  [0x15, 'boolean! uint! uint boolean any boolean'],
  [0x16, 'uint! boolean 0x1d'],
  [0x17, '0x1d'],
  [0x18, '0x1d'],
  [0x1d, 'symbol! string map'],
  [0x28, 'string uint symbol uint boolean map symbol map any any symbols'],
  [0x29, 'string uint symbol uint boolean map symbols'],
  [0x41, 'symbol! binary string'],
  [0x43, 'binary!'],
])

/** The performatives that a client may send, by the type of their frame: AMQP and SASL. */
const ALLOWED: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]],
  [1, [0x41, 0x43]],
])

/** @throws Offence unless it is an empty frame, or one whose performative has fields of the right types. */
export function checkFrame(frame: Buffer): void {
  const start = (frame[4] ?? 0) * 4
  if (start < 8 || start > frame.length) throw new Offence('the data of a frame begins outside of it')
  if (start === frame.length) return
  const code = descriptorAt(frame, start)
  if (!ALLOWED.get(frame[5] ?? -1)?.includes(code)) throw new Offence(`a frame of type ${frame[5]} holds a ${code}`)
  checkComposite(frame, start, code)
}

/** @throws Offence unless the bytes are whole values, one after the other, none of which promises more than it has. */
export function checkValues(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at = skip(bytes, at, 0)
}

/** The number that says what a described value is; symbols could, and no client uses them. */
function descriptorAt(bytes: Buffer, at: number): number {
  if (bytes[at] === 0 && bytes[at + 1] === 0x53) return byteAt(bytes, at + 2)
  if (bytes[at] === 0 && bytes[at + 1] === 0x80 && bytes.length >= at + 10) return Number(bytes.readBigUInt64BE(at + 2))
  throw new Offence('a value does not say what it is')
}

function checkComposite(bytes: Buffer, at: number, code: number): void {
  skip(bytes, at, 0)
  const list = at + (bytes[at + 1] === 0x53 ? 3 : 10)
  const { count, first } = listAt(bytes, list)
  let place = first
  for (const [index, rule] of (COMPOSITES.get(code)?.split(' ') ?? []).entries()) {
    const isGiven = index < count && bytes[place] !== 0x40
    if (!isGiven && rule.endsWith('!')) throw new Offence(`${code} lacks field ${index}`)
    if (isGiven) checkField(bytes, place, rule.replace('!', ''))
    if (index < count) place = skip(bytes, place, 0)
  }
}

function checkField(bytes: Buffer, at: number, rule: string): void {
  if (rule.startsWith('0x')) {
    const code = descriptorAt(bytes, at)
    if (code !== Number(rule)) throw new Offence(`${code} stands where ${rule} belongs`)
    checkComposite(bytes, at, code)
    return
  }
  const allowed: readonly number[] | undefined = KINDS[rule as keyof typeof KINDS]
  if (allowed?.includes(byteAt(bytes, at)) === false) throw new Offence(`${bytes[at]} stands where a ${rule} belongs`)
}

function listAt(bytes: Buffer, at: number): { count: number; first: number } {
  if (bytes[at] === 0x45) return { count: 0, first: at + 1 }
  if (bytes[at] === 0xc0) return { count: byteAt(bytes, at + 2), first: at + 3 }
  if (bytes[at] === 0xd0) return { count: bytes.readUInt32BE(at + 5), first: at + 9 }
  throw new Offence('a composite value is no list')
}

/** @returns where the next value begins. */
function skip(bytes: Buffer, at: number, depth: number): number {
  if (depth > DEEPEST) throw new Offence(`values are nested more than ${DEEPEST} deep`)
  const code = byteAt(bytes, at)
  if (code === 0) return skip(bytes, skip(bytes, at + 1, depth + 1), depth + 1)
  return skipAs(code, bytes, at + 1, depth)
}

/** A value without its type code, as it stands in an array. */
function skipAs(code: number, bytes: Buffer, at: number, depth: number): number {
  const width = WIDTHS[code >> 4]
  if (width === undefined) throw new Offence(`there is no type ${code}`)
  if (code < 0xa0) return within(bytes, at + width)
  const size = width === 1 ? byteAt(bytes, at) : uintAt(bytes, at)
  const end = within(bytes, at + width + size)
  if (code < 0xc0) return end
  const count = width === 1 ? byteAt(bytes, at + 1) : uintAt(bytes, at + 4)
  // Each of them takes a byte at least, and nulls in an array take none.
  if (count > size) throw new Offence('a value promises more than it has')
  const last =
    code < 0xe0 ? skipList(count, bytes, at + 2 * width, depth) : skipArray(count, bytes, at + 2 * width, depth)
  if (last !== end) throw new Offence('a value does not end where it says')
  return end
}

/** Bytes of a value of fixed width, or of the size in front of another, by the first digit of the type code. */
const WIDTHS: Readonly<Record<number, number>> = {
  ...{ 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 },
  ...{ 10: 1, 11: 4, 12: 1, 13: 4, 14: 1, 15: 4 },
}

function skipList(count: number, bytes: Buffer, first: number, depth: number): number {
  let at = first
  for (let left = count; left > 0; left--) at = skip(bytes, at, depth + 1)
  return at
}

function skipArray(count: number, bytes: Buffer, first: number, depth: number): number {
  const start = bytes[first] === 0 ? skip(bytes, first + 1, depth + 1) : first
  const code = byteAt(bytes, start)
  let at = start + 1
  for (let left = count; left > 0; left--) at = skipAs(code, bytes, at, depth + 1)
  return at
}

function within(bytes: Buffer, end: number): number {
  if (end > bytes.length) throw new Offence('a value ends behind its frame')
  return end
}

const byteAt = (bytes: Buffer, at: number): number => bytes.readUInt8(within(bytes, at + 1) - 1)
const uintAt = (bytes: Buffer, at: number): number => bytes.readUInt32BE(within(bytes, at + 4) - 4)
