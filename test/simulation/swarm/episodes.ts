import type { Dice } from '../../support/dice.ts'

/** What happens in a world beside edits and faults, each on or off by the seed. */
export interface Episodes {
  /** How often each person leaves: erases, disconnects, revokes, or is locked out by Microsoft. */
  readonly leavings: number
  /** Whether an integrator keeps a copy by its channels' news alone. */
  readonly channels: boolean
  /** How its receiver does. */
  readonly receivers: Receivers
  /** How often the vault's keys, or those of accounts, are renewed, and versions disabled too early. */
  readonly rotations: number
  /** How far the clock of an instance may be off, in milliseconds. */
  readonly skewMs: number
  /** How often an instance cannot reach something for a while. */
  readonly partitions: number
  /** How often instances of another release take the place of the ones there are. */
  readonly deploys: number
  /** Whether the timers run that have nothing to do with calendars. */
  readonly timers: boolean
  /** Whether the tables are lost and restored from a backup. */
  readonly restore: boolean
  /** How often bytes of stored rows are changed. */
  readonly damages: number
}

/** Per notification, as probabilities. */
export interface Receivers {
  readonly fails: number
  /** It is not reached, or its answer is not. */
  readonly lost: number
  readonly slow: number
  /** It says that it is gone. */
  readonly gone: number
}

/** Every notification is taken at once. */
export const HELPFUL: Receivers = { fails: 0, lost: 0, slow: 0, gone: 0 }

export const UNEVENTFUL: Episodes = {
  leavings: 0,
  channels: false,
  receivers: HELPFUL,
  rotations: 0,
  skewMs: 0,
  partitions: 0,
  deploys: 0,
  timers: false,
  restore: false,
  damages: 0,
}

/** Half of the worlds have none, so that what happens in them stays what it was. */
export const chooseEpisodes = (dice: Dice): Episodes => (dice.chance(0.5) ? UNEVENTFUL : chooseSome(dice))

function chooseSome(dice: Dice): Episodes {
  const on = <T>(value: T, off: T): T => (dice.chance(0.35) ? value : off)
  return {
    leavings: on(1 + dice.below(4), 0),
    channels: on(true, false),
    receivers: chooseReceivers(dice),
    rotations: on(1 + dice.below(4), 0),
    skewMs: on(300_000, 0),
    partitions: on(1 + dice.below(6), 0),
    deploys: on(1 + dice.below(4), 0),
    timers: on(true, false),
    restore: dice.chance(0.1),
    damages: 0,
  }
}

function chooseReceivers(dice: Dice): Receivers {
  const rate = () => (dice.chance(0.4) ? dice.pick([0.05, 0.2, 0.5]) : 0)
  return { fails: rate(), lost: rate(), slow: rate(), gone: dice.chance(0.2) ? 0.1 : 0 }
}

/** Whether anything happens, so that whoever is refused may be refused for long. */
export const isEventful = ({ episodes: { receivers: _, ...episodes } }: { readonly episodes: Episodes }): boolean =>
  Object.values(episodes).some((value) => value !== 0 && value !== false)
