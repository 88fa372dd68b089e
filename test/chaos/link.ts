import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dice } from '../support/dice.ts'

/** What a link does to everything that passes, until told otherwise. */
export interface Weather {
  /** Each piece waits so long, in milliseconds. */
  readonly delayMs?: number
  readonly bytesPerSecond?: number
  /** Connections are taken and stay open, and nothing passes. */
  readonly isSilent?: boolean
  /** Connections are reset. */
  readonly isDown?: boolean
}

/** What was done to connections so far. */
export interface LinkCounts {
  connections: number
  cut: number
  halfClosed: number
  garbled: number
  refused: number
}

/** A TCP relay in front of a port of this machine that knows nothing of what passes. */
export interface Link {
  readonly port: number
  readonly counts: Readonly<LinkCounts>
  /** How many connections are open. */
  open(): number
  set(weather: Weather): void
  /** Resets every connection. */
  cut(): void
  /** Resets the connections of the next so many answers in place of passing them on: they were asked in vain. */
  cutAnswers(count: number): void
  /** Ends one direction of every connection and leaves the other open. */
  halfClose(towards: Side): void
  /** Flips a bit in each of the next so many pieces. Only where the ends notice, as within TLS. */
  garble(count: number): void
  close(): Promise<void>
}

export type Side = 'client' | 'server'

interface Pair {
  readonly client: Socket
  readonly server: Socket
}

/** @param target the port that is meant. @param port where to listen; a free one when absent. */
export async function openLink(target: number, dice: Dice, port = 0): Promise<Link> {
  const pairs = new Set<Pair>()
  const counts: LinkCounts = { connections: 0, cut: 0, halfClosed: 0, garbled: 0, refused: 0 }
  const ordered = { answers: 0, garbled: 0 }
  let weather: Weather = {}
  let change = newChange()

  function end(pair: Pair): void {
    if (!pairs.delete(pair)) return
    pair.client.resetAndDestroy()
    pair.server.resetAndDestroy()
  }

  function cut(pair: Pair): void {
    if (pairs.has(pair)) counts.cut += 1
    end(pair)
  }

  async function* weathered(piece: Buffer): AsyncGenerator<Buffer> {
    const { delayMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY } = weather
    if (delayMs > 0) await sleep(delayMs)
    const slice = Math.max(1, Math.min(piece.length, Math.floor(bytesPerSecond / 10)))
    for (let from = 0; from < piece.length; from += slice) {
      if (slice < piece.length) await sleep(100)
      while (weather.isSilent) await change.told
      yield damaged(piece.subarray(from, from + slice))
    }
  }

  function damaged(piece: Buffer): Buffer {
    if (ordered.garbled === 0) return piece
    ordered.garbled -= 1
    counts.garbled += 1
    const copy = Buffer.from(piece)
    const at = dice.below(copy.length)
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << dice.below(8)), at)
    return copy
  }

  async function pass(pair: Pair, towards: Side): Promise<void> {
    const [from, to] = towards === 'server' ? [pair.client, pair.server] : [pair.server, pair.client]
    for await (const piece of from.iterator({ destroyOnReturn: false })) {
      if (towards === 'client' && ordered.answers > 0) {
        ordered.answers -= 1
        return cut(pair)
      }
      for await (const part of weathered(piece)) await write(to, part)
    }
    while (weather.isSilent) await change.told
    to.end()
  }

  const relay = createServer({ allowHalfOpen: true }, (client) => {
    counts.connections += 1
    if (weather.isDown) {
      counts.refused += 1
      client.resetAndDestroy()
      return
    }
    const pair = { client, server: connect({ port: target, host: '127.0.0.1', allowHalfOpen: true }) }
    pairs.add(pair)
    for (const socket of [pair.client, pair.server]) {
      socket.setNoDelay(true)
      socket.on('error', () => end(pair))
      socket.on('close', () => end(pair))
    }
    for (const side of ['client', 'server'] as const) pass(pair, side).catch(() => end(pair))
  })
  await new Promise<void>((resolve, reject) => relay.once('error', reject).listen(port, '127.0.0.1', resolve))

  return {
    port: (relay.address() as AddressInfo).port,
    counts,
    open: () => pairs.size,
    set(next) {
      weather = next
      change.tell()
      change = newChange()
      if (next.isDown) for (const pair of [...pairs]) cut(pair)
    },
    cut() {
      for (const pair of [...pairs]) cut(pair)
    },
    cutAnswers(count) {
      ordered.answers = count
    },
    halfClose(towards) {
      for (const pair of pairs) {
        counts.halfClosed += 1
        pair[towards].end()
      }
    },
    garble(count) {
      ordered.garbled = count
    },
    close() {
      for (const pair of [...pairs]) end(pair)
      return new Promise((resolve) => relay.close(() => resolve()))
    },
  }
}

/** @throws what broke the connection. */
const write = (to: Socket, piece: Buffer): Promise<void> =>
  new Promise((resolve, reject) => to.write(piece, (error) => (error ? reject(error) : resolve())))

function newChange() {
  let tell = () => {}
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  return { told, tell }
}
