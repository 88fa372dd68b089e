import type { Dice } from '../support/dice.ts'
import type { Side, Weather } from './link.ts'

/** The host's neighbours, each behind a link; `sync` is the way in: Graph's notifications, integrators and browsers. */
export const LINKS = ['tables', 'broker', 'vault', 'graph', 'entra', 'sync', 'flowagent'] as const
export type LinkName = (typeof LINKS)[number]

/** Links with TLS on both ends, where a flipped bit is noticed as it would be in Azure. */
export const SECURED: readonly LinkName[] = ['tables', 'broker', 'graph']

export const PROCESSES = ['host', 'broker', 'tables'] as const
export type ProcessName = (typeof PROCESSES)[number]

/** What happens to a link or a process. */
export type Deed =
  | { readonly kind: 'weather'; readonly link: LinkName; readonly weather: Weather; readonly forMs: number }
  | { readonly kind: 'cut'; readonly link: LinkName }
  | { readonly kind: 'cut-answers' | 'garble'; readonly link: LinkName; readonly count: number }
  | { readonly kind: 'half-close'; readonly link: LinkName; readonly towards: Side }
  | ProcessDeed

export interface ProcessDeed {
  readonly kind: 'kill' | 'freeze'
  readonly process: ProcessName
  readonly forMs: number
}

export type Trouble = Deed & { readonly atMs: number }

/** How the links are used: those with more traffic get more trouble. */
const BUSY: readonly LinkName[] = ['tables', 'tables', 'broker', 'broker', 'graph', 'graph', 'sync', 'sync', ...LINKS]

/** Mean time between two troubles of links, and between two of processes, in milliseconds. */
const LINK_EVERY = 2_500
const PROCESS_EVERY = 25_000
/** After this share of the run the host lives on, so that its memory can be watched for long enough. */
const HOST_IN_PERIL = 0.6

/** All troubles of a run, in order of time: equal dice and durations give the same. */
export function planTroubles(dice: Dice, durationMs: number): readonly Trouble[] {
  const links = everyNowAndThen(dice.fork('links'), LINK_EVERY, durationMs, (own) => linkDeed(own))
  const processes = everyNowAndThen(dice.fork('processes'), PROCESS_EVERY, durationMs, (own, atMs) =>
    processDeed(own, atMs < durationMs * HOST_IN_PERIL),
  )
  return [...links, ...processes, ...certain(durationMs)].sort((one, other) => one.atMs - other.atMs)
}

/** A run of so many milliseconds shows everything once, whatever the dice say. */
export const LONG_RUN = 600_000

function certain(durationMs: number): readonly Trouble[] {
  if (durationMs < LONG_RUN) return []
  const kills = PROCESSES.map((process): Deed => ({ kind: 'kill', process, forMs: 1_000 }))
  const garbled = SECURED.map((link): Deed => ({ kind: 'garble', link, count: 4 }))
  const cuts = SECURED.map((link): Deed => ({ kind: 'cut', link }))
  const deeds = [...kills, ...garbled, ...cuts]
  const between = (durationMs * HOST_IN_PERIL) / (deeds.length + 1)
  return deeds.map((deed, index) => ({ ...deed, atMs: Math.round(between * (index + 1)) }))
}

function everyNowAndThen(
  dice: Dice,
  meanMs: number,
  durationMs: number,
  deed: (dice: Dice, atMs: number) => Deed,
): readonly Trouble[] {
  const troubles: Trouble[] = []
  const wait = () => Math.round(meanMs * (0.4 + 1.2 * dice.fraction()))
  for (let atMs = wait(); atMs < durationMs; atMs += wait()) troubles.push({ ...deed(dice, atMs), atMs })
  return troubles
}

function linkDeed(dice: Dice): Deed {
  const link = dice.pick(BUSY)
  const between = (from: number, to: number) => from + dice.below(to - from)
  const weather = (forMs: number, given: Weather) => ({ kind: 'weather', link, forMs, weather: given }) as const
  const deeds: (() => Deed)[] = [
    () => weather(between(3_000, 12_000), { delayMs: between(20, 700) }),
    () => weather(between(3_000, 10_000), { bytesPerSecond: between(2_000, 40_000) }),
    () => weather(between(2_000, 12_000), { isSilent: true }),
    () => weather(between(1_000, 10_000), { isDown: true }),
    () => ({ kind: 'cut', link }),
    () => ({ kind: 'cut-answers', link, count: between(1, 6) }),
    () => ({ kind: 'half-close', link, towards: dice.pick(['client', 'server']) }),
    ...(SECURED.includes(link) ? [() => ({ kind: 'garble', link, count: between(1, 8) }) as const] : []),
  ]
  return dice.pick(deeds)()
}

function processDeed(dice: Dice, isHostInPeril: boolean): Deed {
  const kind = dice.chance(0.6) ? 'kill' : 'freeze'
  const process = isHostInPeril ? dice.pick([...PROCESSES, 'host'] as const) : dice.pick(['broker', 'tables'] as const)
  const forMs = kind === 'kill' ? 300 + dice.below(4_000) : 2_000 + dice.below(14_000)
  return { kind, process, forMs }
}

/** `graph is silent for 3.2 s`. */
export function describe(trouble: Deed): string {
  const span = 'forMs' in trouble ? ` for ${(trouble.forMs / 1000).toFixed(1)} s` : ''
  if ('process' in trouble) return `${trouble.process}: ${trouble.kind}${span}`
  if (trouble.kind === 'weather') return `${trouble.link}: ${JSON.stringify(trouble.weather)}${span}`
  const more = 'count' in trouble ? ` ${trouble.count}` : 'towards' in trouble ? ` towards the ${trouble.towards}` : ''
  return `${trouble.link}: ${trouble.kind}${more}`
}
