/** What an event must be in the end, by what was accepted. */
export interface Wanted {
  /** Index of the person. */
  readonly person: number
  /** The titles it may have: several where both sides changed it. */
  titles: readonly string[]
  startAt: number
  isGone: boolean
}

/**
 * What everybody has asked for and was told is done. Every event's title begins with its key, so that one which is lost,
 * doubled or was never made is seen by its title alone.
 */
export interface Ledger {
  readonly events: ReadonlyMap<string, Wanted>
  want(key: string, wanted: Wanted): void
  count(what: string): void
  readonly counts: ReadonlyMap<string, number>
}

export function createLedger(): Ledger {
  const events = new Map<string, Wanted>()
  const counts = new Map<string, number>()
  return {
    events,
    counts,
    want: (key, wanted) => void events.set(key, wanted),
    count: (what) => void counts.set(what, (counts.get(what) ?? 0) + 1),
  }
}

export const keyOf = (title: string): string => title.split(' ')[0] ?? ''

/** An event as one side shows it. */
export interface Shown {
  readonly title: string
  readonly startAt: number
  readonly endAt: number
}

/** What differs from what was asked for, one line each. */
export function faultsOf(ledger: Ledger, person: number, shown: readonly Shown[]): readonly string[] {
  const faults: string[] = []
  const singles = new Map<string, Shown[]>()
  for (const one of shown) singles.set(keyOf(one.title), [...(singles.get(keyOf(one.title)) ?? []), one])
  for (const [key, wanted] of ledger.events) {
    if (wanted.person !== person) continue
    const found = singles.get(key) ?? []
    singles.delete(key)
    if (wanted.isGone) faults.push(...found.map(({ title }) => `deleted, and there: ${title}`))
    else if (found.length !== 1) faults.push(`${found.length} times there: ${key}`)
    else faults.push(...faultsOfOne(wanted, found[0] as Shown))
  }
  for (const key of singles.keys()) faults.push(`asked for by nobody: ${key}`)
  return faults
}

function faultsOfOne({ titles, startAt }: Wanted, found: Shown): readonly string[] {
  const faults: string[] = []
  if (!titles.includes(found.title)) faults.push(`is called ${found.title}, not ${titles.join(' or ')}`)
  if (found.startAt !== startAt) faults.push(`${found.title} begins at ${found.startAt}, not ${startAt}`)
  return faults
}

const lineOf = ({ title, startAt, endAt }: Shown): string => `${title} | ${startAt} | ${endAt}`

/** What only one of two sides shows. */
export function differences(
  one: readonly Shown[],
  other: readonly Shown[],
  names: readonly [string, string],
): string[] {
  const only = (side: string, those: readonly Shown[], others: readonly Shown[]) => {
    const left = others.map(lineOf)
    return those.map(lineOf).flatMap((line) => {
      const at = left.indexOf(line)
      if (at >= 0) left.splice(at, 1)
      return at >= 0 ? [] : [`only in ${side}: ${line}`]
    })
  }
  return [...only(names[0], one, other), ...only(names[1], other, one)]
}
