import type { Entra } from '../accounts/ports.ts'
import type { Backups } from '../backup/ports.ts'
import type { Post } from '../channels/ports.ts'
import type { Config } from '../config.ts'
import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import type { Telemetry } from '../core/telemetry.ts'
import type { Clock } from '../core/time.ts'
import type { Vault } from '../crypto/ports.ts'
import type { ChannelWaker } from '../messaging/channel-wake.ts'
import type { DeadLetters } from '../messaging/dead-letters.ts'
import type { Queues } from '../messaging/queues.ts'
import type { Waker } from '../messaging/service-bus.ts'
import type { Collector } from '../operations/collector.ts'
import type { Tables } from '../storage/table.ts'

/** Everything the service needs from outside. Clock, chance, ids and IO come in here and nowhere else. */
export interface Ports {
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly telemetry: Telemetry
  /** Adds up what `telemetry` is told. */
  readonly collector: Collector
  readonly tables: Tables
  /** Absent where no backups are made. */
  readonly backups?: Backups | undefined
  readonly vault: Vault
  readonly waker: Waker
  readonly channelWaker: ChannelWaker
  /** Sends notifications to integrators. */
  readonly post: Post
  readonly deadLetters: DeadLetters
  readonly queues: Queues
  readonly entra: Entra
  readonly fetch: typeof globalThis.fetch
}
