import type { Config } from '../../../shared/config.ts'
import { asSyncError } from '../../../shared/core/errors.ts'
import { type Clock, type DurationMs, epochMs, minutes, seconds } from '../../../shared/core/time.ts'
import type { Vault } from '../../../shared/crypto/ports.ts'
import type { ChannelWake } from '../../../shared/messaging/channel-wake.ts'
import type { WakeUp } from '../../../shared/messaging/wake-up.ts'
import { createCollector } from '../../../shared/operations/collector.ts'
import { createService, type Service } from '../../../shared/service.ts'
import type { Tables } from '../../../shared/storage/table.ts'
import type { Dice } from '../../support/dice.ts'
import { describe } from '../describe.ts'
import type { Unreadable } from '../judging/unreadable.ts'
import type { Owner } from '../scheduler.ts'
import { isEventful } from '../swarm/episodes.ts'
import type { Swarm } from '../swarm/swarm.ts'
import { remoteEntra, remoteTables, remoteVault, remoteWaker, type Surroundings } from './instance-ports.ts'
import { type Microsoft365, remoteFetch } from './microsoft365.ts'
import type { Release } from './newer-release.ts'
import type { SessionQueue } from './queue.ts'
import type { ReceiverDesk } from './receivers.ts'

/** One process of the service. */
export interface Instance {
  readonly owner: Owner
  readonly release: Release
  /** Absent until it has started. */
  service?: Service
}

interface Dependencies {
  readonly config: Config
  readonly swarm: Swarm
  readonly dice: Dice
  readonly tables: Tables
  readonly vault: Vault
  readonly microsoft: Microsoft365
  readonly queue: SessionQueue<WakeUp>
  readonly channelQueue: SessionQueue<ChannelWake>
  readonly desk: ReceiverDesk
  /** Takes every line of the log. */
  readonly logged: string[]
  readonly unreadable: Unreadable
}

/** Starts an instance, and tries until it works. */
export async function bringUp(given: Dependencies, instance: Instance, surroundings: Surroundings): Promise<void> {
  const { swarm } = given
  const { scheduler, owner } = surroundings
  const ports = portsOf(given, instance, surroundings)
  let wait: DurationMs = seconds(1)
  while (instance.service === undefined) {
    try {
      instance.service = await createService(ports)
    } catch (error) {
      if (asSyncError(error).failure.retry === 'bug') scheduler.violate(`no start: ${describe(error)}`)
      await scheduler.clock(owner).sleep(wait)
      if (isEventful(swarm)) wait = Math.min(wait * 2, minutes(1)) as DurationMs
    }
  }
}

function portsOf(given: Dependencies, { release }: Instance, surroundings: Surroundings) {
  const { config, swarm, dice, microsoft, queue, channelQueue, desk, logged, unreadable } = given
  const { scheduler, owner } = surroundings
  const clock = skewed(surroundings, swarm.episodes.skewMs, dice.fork(`${owner.name} clock`))
  const collector = createCollector(clock)
  return {
    config,
    clock,
    random: dice.fork(owner.name),
    log: (level: string, event: string, facts: object = {}) => {
      const line = JSON.stringify({ level, event, ...facts })
      logged.push(line)
      unreadable.note(event, facts)
      scheduler.note(`  ${owner.name} says ${line}`)
    },
    tables: remoteTables(surroundings, release.tables(given.tables)),
    vault: remoteVault(surroundings, given.vault),
    waker: release.waker(remoteWaker(surroundings, clock, queue)),
    channelWaker: release.waker(remoteWaker(surroundings, clock, channelQueue)),
    post: desk.postOf(surroundings),
    deadLetters: { list: async () => [] },
    queues: { loads: async () => [], replay: async () => [] },
    telemetry: collector,
    collector,
    entra: remoteEntra(surroundings, microsoft.entra),
    fetch: remoteFetch(surroundings, microsoft, swarm.pageSize),
  }
}

/** A clock that is off by the same time always. */
function skewed({ scheduler, owner }: Surroundings, most: number, dice: Dice): Clock {
  const clock = scheduler.clock(owner)
  const off = dice.below(2 * most + 1) - most
  if (off !== 0) scheduler.note(`${owner.name}'S CLOCK IS OFF by ${off} ms`)
  return { ...clock, now: () => epochMs(clock.now() + off) }
}
