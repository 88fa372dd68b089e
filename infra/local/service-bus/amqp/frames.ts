import { Offence } from './offence.ts'
import { checkFrame } from './well-formed.ts'

/** The largest frame that Service Bus takes, in bytes; larger messages go in several. */
export const LARGEST_FRAME = 65_536

const HEADER = 8
const AMQP = 0x414d5150

/** Whether it is a frame of the layer in which a client says who it is. */
export const isSasl = (unit: Buffer): boolean => unit.readUInt32BE() !== AMQP && unit[5] === 1

/** Cuts what comes over a connection into protocol headers and frames that are whole and well-formed. */
export function createFrameReader() {
  let waiting: Buffer[] = []
  let held = 0
  let wanted = HEADER

  /** @throws Offence at the first that is not; the rest of the connection cannot be read then. */
  return function* read(chunk: Buffer): Generator<Buffer> {
    waiting.push(chunk)
    held += chunk.length
    while (held >= wanted) {
      const bytes = waiting.length === 1 ? (waiting[0] ?? chunk) : Buffer.concat(waiting)
      const size = sizeOf(bytes)
      waiting = [bytes]
      wanted = size
      if (held < size) return
      waiting = [bytes.subarray(size)]
      held -= size
      wanted = HEADER
      const unit = bytes.subarray(0, size)
      if (unit.readUInt32BE() !== AMQP) checkFrame(unit)
      yield unit
    }
  }
}

function sizeOf(bytes: Buffer): number {
  const size = bytes.readUInt32BE()
  if (size === AMQP) return HEADER
  if (size < HEADER || size > LARGEST_FRAME) throw new Offence(`a frame says that it has ${size} bytes`)
  return size
}
