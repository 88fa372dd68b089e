import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDice, type Dice } from '../../support/dice.ts'
import { NO_PROGRESS, type Progress } from '../../support/progress.ts'
import type { Victim } from './victim.ts'

/** What one connection sends, and how it ends. */
export interface Attack {
  readonly pieces: readonly Buffer[]
  /** Between two pieces. */
  readonly pauseMs: number
  /** Who `leave`s says nothing more and stays until the others have been served. */
  readonly ending: 'destroy' | 'half-close' | 'leave'
}

/** A client that does everything right meanwhile. */
export interface Health {
  /** @throws when it is not served. */
  check(): Promise<void>
  close(): Promise<void>
}

/** A server, and how it is attacked. */
export interface Subject {
  readonly name: string
  /** What must hold, in a sentence. */
  readonly property: string
  start(): Promise<Victim>
  attack(dice: Dice): Attack
  wellBehaved(victim: Victim): Health
  /** What is wrong with the answer to an attack. */
  judge?(attack: Attack, answer: string): string | undefined
}

export interface Assault {
  readonly sent: number
  /** How much more it holds than before, in MiB. */
  readonly growthMiB: number
  readonly findings: readonly string[]
}

export interface Order {
  readonly count: number
  readonly seed: number
  readonly progress?: Progress
  /** Whether to go on although `count` has not been reached. */
  readonly mayGoOn?: () => boolean
}

/** Connections at once. */
const TOGETHER = 32
/** How long a client that does everything right may wait, in milliseconds. */
const PATIENCE_MS = 3_000
/** What may stay behind: code that was compiled, and a handful of timers. */
const MOST_MIB = 24
const MOST_HANDLES = 8
const MOST_FINDINGS = 5

/** Attacks a server with many connections at once, and looks after each round whether it serves others. */
export async function assault(subject: Subject, { count, seed, progress = NO_PROGRESS, mayGoOn = () => true }: Order) {
  const dice = createDice(`${seed} ${subject.name}`)
  const findings: string[] = []
  let sent = 0
  let growthMiB = 0
  while (sent < count && findings.length < MOST_FINDINGS && mayGoOn()) {
    const victim = await subject.start()
    const health = subject.wellBehaved(victim)
    await round(subject, victim, health, [])
    const before = await victim.weigh()
    let broken: Broken | undefined
    while (broken === undefined && sent < count && mayGoOn()) {
      const attacks = Array.from({ length: Math.min(TOGETHER, count - sent) }, () => subject.attack(dice))
      const what = await round(subject, victim, health, attacks)
      sent += attacks.length
      progress.at(sent, count)
      if (what !== undefined) broken = { what, attacks }
    }
    await health.close().catch(() => undefined)
    if (broken === undefined) {
      const after = await victim.weigh()
      growthMiB = after.heapMiB - before.heapMiB
      if (growthMiB > MOST_MIB) findings.push(`it holds ${growthMiB.toFixed(0)} MiB more than before`)
      const handles = after.handles - before.handles
      if (handles > MOST_HANDLES) findings.push(`it holds ${handles} handles more than before`)
    }
    await victim.close()
    if (broken !== undefined) findings.push(await told(subject, broken))
  }
  progress.end()
  return { sent, growthMiB, findings } satisfies Assault
}

interface Broken {
  readonly what: string
  readonly attacks: readonly Attack[]
}

/** One round of attacks. @returns what is wrong with how the server took it. */
async function round(
  subject: Subject,
  victim: Victim,
  health: Health,
  attacks: readonly Attack[],
): Promise<string | undefined> {
  const faults = victim.faults().length
  const launched = await Promise.all(attacks.map((attack) => launch(victim.port, attack)))
  const served = await Promise.race([
    health.check().then(
      () => undefined,
      (error: unknown) => `others are not served: ${String(error)}`,
    ),
    sleep(PATIENCE_MS, 'others wait'),
  ])
  for (const { socket } of launched) socket.destroy()
  const answers = launched.map(({ heard }, at) => attacks[at] && subject.judge?.(attacks[at], heard()))
  const answered = answers.find((answer) => answer !== undefined)
  return victim.death() ?? served ?? answered ?? victim.faults()[faults]
}

/** Resolves when all has been said and the server has had a moment, or has gone. */
async function launch(port: number, { pieces, pauseMs, ending }: Attack) {
  let answer = ''
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (data) => {
    if (answer.length < 100_000) answer += data.toString('latin1')
  })
  for (const piece of pieces) {
    if (socket.destroyed) break
    await written(socket, piece)
    if (pauseMs > 0) await sleep(pauseMs)
  }
  if (ending === 'half-close') socket.end()
  await sleep(20)
  if (ending === 'destroy') socket.destroy()
  return { socket, heard: () => answer }
}

/** A server that does not read must not hold up the attack. */
const written = (socket: Socket, piece: Buffer): Promise<unknown> =>
  Promise.race([new Promise((resolve) => socket.write(piece, resolve)), sleep(200, undefined, { ref: false })])

/** Tries halves of a round against new servers, down to one attack where one is enough. */
async function told(subject: Subject, { what, attacks }: Broken): Promise<string> {
  const [only] = attacks
  if (attacks.length === 1 && only !== undefined) return `${what}\n    with ${textOf(only)}`
  const middle = attacks.length >> 1
  for (const half of [attacks.slice(0, middle), attacks.slice(middle)]) {
    const victim = await subject.start()
    const health = subject.wellBehaved(victim)
    const again = await round(subject, victim, health, half)
    await health.close().catch(() => undefined)
    await victim.close()
    if (again !== undefined) return told(subject, { what: again, attacks: half })
  }
  return `${what}\n    with ${attacks.length} connections together`
}

const textOf = ({ pieces, ending, pauseMs }: Attack): string =>
  `${ending}, ${pauseMs} ms between ${pieces.length} pieces: ${Buffer.concat(pieces).toString('hex').slice(0, 6_000)}`
