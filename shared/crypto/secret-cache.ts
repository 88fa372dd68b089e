import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed } from '../core/time.ts'

/**
 * Secrets kept in memory: bounded in number, used for a limited time, and overwritten when they go. They go while
 * others come: a cache that is left alone keeps what it has, unused, until it is asked again.
 */
export interface SecretCache<Value> {
  /**
   * Runs `work` on the value of `key`, loading it first when it is not here. `work` is synchronous, because a value may
   * be overwritten between two turns of the event loop. Callers that need the same value wait for one load; a failed
   * load fails all of them and is not remembered.
   */
  use<Result>(key: string, work: (value: Value) => Result): Promise<Result>
  /** Takes a value made here, as if it had just been loaded. */
  put(key: string, value: Value): void
  /** Forgets the value, and what a running load will bring. */
  drop(key: string): void
}

interface Options<Value> {
  readonly clock: Clock
  /** The least recently used value goes when there are more. */
  readonly limit: number
  /** How long a value is used, counted from the start of the load. */
  readonly ttl: DurationMs
  /** Told of each look for a value, and whether it was here. */
  looked?(isHere: boolean): void
  load(key: string): Promise<Value>
  wipe(value: Value): void
}

interface Entry<Value> {
  readonly value: Value
  readonly loadedAt: EpochMs
  wiped: boolean
}

export function createSecretCache<Value>({
  clock,
  limit,
  ttl,
  looked,
  load,
  wipe,
}: Options<Value>): SecretCache<Value> {
  const entries = new Map<string, Entry<Value>>()
  const loading = new Map<string, Promise<Entry<Value>>>()
  let sweptAt = clock.now()

  const isFresh = (entry: Entry<Value>) => elapsed(entry.loadedAt, clock.now()) < ttl

  function remove(key: string): void {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    entry.wiped = true
    wipe(entry.value)
  }

  function keep(key: string, entry: Entry<Value>): void {
    remove(key)
    entries.set(key, entry)
    for (const oldest of entries.keys()) {
      if (entries.size <= limit) break
      remove(oldest)
    }
    sweep()
  }

  // Run when a value comes, and looking at every entry once per time limit is enough: while values come, none stays
  // longer than two limits. No timer does it, because a simulated world has none beside its own.
  function sweep(): void {
    if (elapsed(sweptAt, clock.now()) < ttl) return
    sweptAt = clock.now()
    for (const [key, entry] of entries) if (!isFresh(entry)) remove(key)
  }

  function recall(key: string): Entry<Value> | undefined {
    const entry = entries.get(key)
    if (entry === undefined) return undefined
    if (!isFresh(entry)) {
      remove(key)
      return undefined
    }
    // A Map keeps the order of insertion, so putting the entry back makes it the most recently used.
    entries.delete(key)
    entries.set(key, entry)
    return entry
  }

  function fetch(key: string): Promise<Entry<Value>> {
    const running = loading.get(key)
    if (running !== undefined) return running
    const loadedAt = clock.now()
    const started = load(key)
      .then((value) => {
        const entry = { value, loadedAt, wiped: false }
        if (loading.get(key) === started) keep(key, entry)
        return entry
      })
      .finally(() => {
        if (loading.get(key) === started) loading.delete(key)
      })
    loading.set(key, started)
    return started
  }

  return {
    async use(key, work) {
      for (;;) {
        const known = recall(key)
        looked?.(known !== undefined)
        const entry = known ?? (await fetch(key))
        if (!entry.wiped) return work(entry.value)
      }
    },
    put(key, value) {
      loading.delete(key)
      keep(key, { value, loadedAt: clock.now(), wiped: false })
    },
    drop(key) {
      loading.delete(key)
      remove(key)
    },
  }
}

/** Counts the looks into one cache. */
export const lookedInto = (cache: string, telemetry: Telemetry) => (isHere: boolean) =>
  telemetry.count('cache.lookups', { cache, outcome: isHere ? 'hit' : 'miss' })
