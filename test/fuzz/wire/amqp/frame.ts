import rhea, { type Message, type Typed } from 'rhea'

/** What a frame of AMQP 1.0 is made of, in a form that can be changed. */
export interface Frame {
  /** 0 is AMQP, 1 is SASL. */
  readonly type: number
  readonly channel: number
  /** Descriptor of the performative: 0x10 open to 0x18 close, 0x41 sasl-init. */
  readonly code: number
  /** Fields by their place; undefined stands for an absent one. */
  readonly fields: readonly unknown[]
  /** What stands behind the performative: a message, or any bytes. */
  readonly message?: object
  readonly payload?: Buffer
}

interface Writer {
  write(value: Typed): void
  toBuffer(): Buffer
}

const types = rhea.types as typeof rhea.types & { Writer: new () => Writer }

/** @see http://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html#section-framing */
export function encodeFrame({ type, channel, code, fields, message, payload = encoded(message) }: Frame): Buffer {
  const writer = new types.Writer()
  writer.write(described(code, fields))
  const head = Buffer.from([0, 0, 0, 0, 2, type & 0xff, (channel >> 8) & 0xff, channel & 0xff])
  const frame = Buffer.concat([head, writer.toBuffer(), payload])
  frame.writeUInt32BE(frame.length)
  return frame
}

const encoded = (message: object | undefined): Buffer =>
  message === undefined ? Buffer.alloc(0) : rhea.message.encode(message as Message)

/** A composite value: a list with the code that says what it is. */
export const described = (code: number, fields: readonly unknown[]): Typed => types.wrap_described([...fields], code)

/** The protocol header that begins a layer: 3 is SASL, 0 is AMQP. */
export const header = (protocol: number): Buffer => Buffer.from([...Buffer.from('AMQP'), protocol, 1, 0, 0])
