import type { Socket } from 'node:net'
import type { Connection } from 'rhea'
import { createFrameReader, isSasl } from './frames.ts'
import { Offence } from './offence.ts'
import { checkValues } from './well-formed.ts'

/** How long a client may take until it has opened its connection, and until it has read the last word to it. */
const HANDSHAKE_MS = 60_000
const PARTING_MS = 250

/** Sessions of a connection, and links of a session. */
export const MOST_CHANNELS = 255
const MOST_HANDLES = 255
/** Deliveries that one disposition may name: as many as rhea holds. */
const MOST_SETTLED = 2_048
/** A link for requests takes as much as the largest message of most queues. */
const LARGEST_REQUEST = 1_048_576
/** A frame cannot be smaller, says the protocol. */
const SMALLEST_FRAME = 512
const SHORTEST_IDLE_MS = 1_000

interface Incomplete {
  readonly frames: readonly (Buffer | undefined)[]
}

interface LinkInside {
  readonly _incomplete?: Incomplete
  readonly local: { readonly attach: { readonly max_message_size?: number } }
}

interface Received {
  readonly channel: number
  readonly performative: Readonly<Record<string, unknown>>
  readonly payload?: Buffer
}

/** What rhea does with a connection and does not declare. */
interface ConnectionInside {
  readonly saved_error: unknown
  readonly remote_channel_map: Readonly<Record<number, { remote: { handles: Readonly<Record<number, LinkInside>> } }>>
  input(bytes: Buffer): void
  eof(error?: unknown): void
  _process(): void
  on_open(frame: Received): void
  on_begin(frame: Received): void
  on_attach(frame: Received): void
  on_transfer(frame: Received): void
  on_disposition(frame: Received): void
}

interface GuardOptions {
  /** Told of what ended the connection. */
  readonly onTrouble: (error: unknown) => void
  /** The connection is gone, in whatever way. */
  readonly onGone: () => void
}

/**
 * Stands between a socket and rhea, which believes what it is told: lengths and counts, types of fields, ranges. What
 * breaks the protocol ends its connection, before it costs memory or time, and whatever else fails there ends only that.
 */
export function guard(connection: Connection, socket: Socket, { onTrouble, onGone }: GuardOptions): void {
  const inside = connection as unknown as ConnectionInside
  const read = createFrameReader()
  let isOver = false

  function leave(): void {
    isOver = true
    socket.removeAllListeners('data').resume().end()
    setTimeout(() => socket.destroy(), PARTING_MS).unref()
  }

  function attempt(act: () => void): void {
    if (isOver) return
    try {
      act()
    } catch (error) {
      onTrouble(error)
      leave()
    }
  }

  checkWhatIsReceived(inside)
  const work = inside._process.bind(connection)
  inside._process = () => attempt(work)
  const units: Buffer[] = []
  let isWaiting = false

  /** rhea answers a SASL frame a moment later, and takes what comes before that for more of SASL. */
  function takeUnits(): void {
    isWaiting = false
    for (let unit = units.shift(); unit !== undefined && !isOver; unit = units.shift()) {
      inside.input(unit)
      // It has told of the error itself.
      if (inside.saved_error !== undefined) leave()
      isWaiting = isSasl(unit)
      if (isWaiting) return void setImmediate(() => attempt(takeUnits))
    }
  }

  socket.removeAllListeners('data').on('data', (chunk) =>
    attempt(() => {
      units.push(...read(chunk))
      if (!isWaiting) takeUnits()
    }),
  )
  const slow = setTimeout(() => connection.is_remote_open() || socket.destroy(), HANDSHAKE_MS).unref()
  socket.on('finish', () => setTimeout(() => socket.destroy(), PARTING_MS).unref())
  socket.on('close', () => {
    isOver = true
    clearTimeout(slow)
    inside.eof()
    onGone()
  })
}

/** Looks at each frame before rhea does. The types of its fields are right by then. */
function checkWhatIsReceived(inside: ConnectionInside): void {
  const sessionOf = ({ channel }: Received) => inside.remote_channel_map[channel]
  const before = (
    name: 'on_open' | 'on_begin' | 'on_attach' | 'on_transfer' | 'on_disposition',
    check: (frame: Received) => void,
  ) => {
    const handle = inside[name].bind(inside)
    inside[name] = (frame) => {
      check(frame)
      handle(frame)
    }
  }

  before('on_open', ({ performative: { max_frame_size: frame, idle_time_out: idle } }) => {
    if (typeof frame === 'number' && frame < SMALLEST_FRAME) throw new Offence(`no frame fits into ${frame} bytes`)
    if (typeof idle === 'number' && idle > 0 && idle < SHORTEST_IDLE_MS) throw new Offence(`${idle} ms are no time`)
  })
  before('on_begin', (frame) => {
    if (frame.channel > MOST_CHANNELS) throw new Offence(`channel ${frame.channel} is too many`)
    if (sessionOf(frame) !== undefined) throw new Offence(`channel ${frame.channel} is in use`)
  })
  before('on_attach', (frame) => {
    const { handle } = frame.performative
    if (typeof handle !== 'number' || handle > MOST_HANDLES) throw new Offence(`handle ${String(handle)} is too many`)
    if (sessionOf(frame)?.remote.handles[handle] !== undefined) throw new Offence(`handle ${handle} is in use`)
  })
  before('on_transfer', (frame) =>
    checkMessage(frame, sessionOf(frame)?.remote.handles[Number(frame.performative['handle'])]),
  )
  before('on_disposition', ({ performative: { first, last } }) => {
    const count = typeof last === 'number' ? last - Number(first) : 0
    if (count < 0 || count > MOST_SETTLED) throw new Offence(`${count} deliveries are more than there can be`)
  })
}

/** What a link has sent of a message that is not whole yet, in bytes; a frame without any counts too. */
const pending = new WeakMap<LinkInside, number>()
const COST_OF_A_FRAME = 64

/** A message comes in any number of frames, and is read once it is whole. */
function checkMessage({ performative, payload = Buffer.alloc(0) }: Received, link: LinkInside | undefined): void {
  if (link === undefined) return
  const size = (pending.get(link) ?? 0) + payload.length + COST_OF_A_FRAME
  // A message that is too large by little is refused by its queue.
  const limit = 2 * Math.max(link.local.attach.max_message_size ?? 0, LARGEST_REQUEST)
  if (size > limit) throw new Offence(`a message of more than ${limit} bytes`)
  if (performative['more'] === true) {
    pending.set(link, size)
    return
  }
  pending.delete(link)
  const earlier = link._incomplete?.frames ?? []
  checkValues(Buffer.concat([...earlier, payload].filter((part) => part !== undefined)))
}
