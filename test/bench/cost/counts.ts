/** What was asked of the neighbours, each number by its kind. */
export interface Counts {
  /** Requests to Graph: `changes`, `calendars`, `settings`, `subscriptions`, `writes`. */
  readonly graph: Readonly<Record<string, number>>
  /** Requests to tables: `get`, `range`, `commit`. */
  readonly tables: Readonly<Record<string, number>>
  /** By table. */
  readonly rowsRead: Readonly<Record<string, number>>
  readonly rowsWritten: Readonly<Record<string, number>>
  /** `read`, `written`: bytes of rows that went over the wire; `answered`: bytes of answers of our API. */
  readonly bytes: Readonly<Record<string, number>>
  /** `messages` that were sent, and `sessions` that were served. */
  readonly queue: Readonly<Record<string, number>>
  /** `requests`, readings of public keys among them. */
  readonly vault: Readonly<Record<string, number>>
  /** `http`, `mailbox`, `channel`, `timer`. */
  readonly executions: Readonly<Record<string, number>>
  /** Milliseconds that these took, by what they waited for. */
  readonly busyMs: Readonly<Record<string, number>>
  /** `lines` and their `bytes`. */
  readonly log: Readonly<Record<string, number>>
}

const KINDS = [
  ...(['graph', 'tables', 'rowsRead', 'rowsWritten', 'bytes'] as const),
  ...(['queue', 'vault', 'executions', 'busyMs', 'log'] as const),
] as const

export const sumOf = (numbers: Readonly<Record<string, number>>): number =>
  Object.values(numbers).reduce((sum, one) => sum + one, 0)

/** Each number of one made out of those of two. */
function combined(one: Counts, other: Counts, make: (one: number, other: number) => number): Counts {
  const entries = KINDS.map((kind) => {
    const names = new Set([...Object.keys(one[kind]), ...Object.keys(other[kind])])
    return [
      kind,
      Object.fromEntries([...names].map((name) => [name, make(one[kind][name] ?? 0, other[kind][name] ?? 0)])),
    ]
  })
  return Object.fromEntries(entries) as Counts
}

export const NOTHING: Counts = Object.fromEntries(KINDS.map((kind) => [kind, {}])) as unknown as Counts

export const plus = (one: Counts, other: Counts): Counts => combined(one, other, (a, b) => a + b)
export const minus = (one: Counts, other: Counts): Counts => combined(one, other, (a, b) => a - b)
export const times = (counts: Counts, factor: number): Counts => combined(counts, NOTHING, (a) => a * factor)

/** Counts that grow. */
export interface Meter {
  add(kind: keyof Counts, name: string, by?: number): void
  now(): Counts
}

export function createMeter(): Meter {
  const counted: Record<string, Record<string, number>> = Object.fromEntries(KINDS.map((kind) => [kind, {}]))
  return {
    add(kind, name, by = 1) {
      const numbers = counted[kind] ?? {}
      numbers[name] = (numbers[name] ?? 0) + by
    },
    now: () => structuredClone(counted) as unknown as Counts,
  }
}
