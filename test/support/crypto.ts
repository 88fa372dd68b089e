import { SyncError } from '../../shared/core/errors.ts'
import type { LogFacts } from '../../shared/core/log.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { type Clock, type DurationMs, epochMs, later } from '../../shared/core/time.ts'
import type { FirstKeys } from '../../shared/crypto/key-record.ts'
import { createKeyRing, type KeyRing } from '../../shared/crypto/key-ring.ts'
import type { Vault } from '../../shared/crypto/ports.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { createCountedTables, createTableCounters, type TableCounters } from './counted-tables.ts'
import { createMemoryTables, type MemoryTables } from './memory-tables.ts'
import { createMemoryVault, type MemoryVault } from './memory-vault.ts'

/** A clock that stands still until the test moves it. */
export interface StillClock extends Clock {
  advance(by: DurationMs): void
}

export function createStillClock(): StillClock {
  let now = epochMs(Date.UTC(2026, 10, 2))
  return {
    now: () => now,
    sleep: () => Promise.reject(new SyncError('INTERNAL', 'nothing here waits')),
    advance(by) {
      now = later(now, by)
    },
  }
}

/** One environment's vault and tables, and as many instances of the service as a test wants. */
export interface KeyWorld {
  readonly vault: MemoryVault
  readonly tables: MemoryTables
  readonly counters: TableCounters
  readonly clock: StillClock
  /** What the instances have told the log. */
  readonly logged: LogFacts[]
  /** A new instance: its own caches, the same vault, tables and clock. */
  instance(overrides?: { environment?: string; vault?: Vault; tables?: Tables; firstKeys?: FirstKeys }): KeyRing
}

export function createKeyWorld(): KeyWorld {
  const vault = createMemoryVault({ modulusLength: 1024 })
  const tables = createMemoryTables()
  const counters = createTableCounters()
  const clock = createStillClock()
  const logged: LogFacts[] = []
  const counted = createCountedTables(tables, counters)
  return {
    vault,
    tables,
    counters,
    clock,
    logged,
    instance: ({ environment = 'test', vault: otherVault = vault, tables: otherTables = counted, firstKeys } = {}) =>
      createKeyRing({
        environment,
        firstKeys,
        vault: otherVault,
        keysTable: otherTables.table('keys'),
        clock,
        random: systemRandom,
        log: (level, event, facts) => logged.push({ level, event, ...facts }),
      }),
  }
}
