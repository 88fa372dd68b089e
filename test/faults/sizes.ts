/**
 * How much of a row's fault its tests make happen, and how much `npm run faults -- --full` does: where the row names more
 * than a test has time for. The tests and the command read it here, so that what is told is what was done.
 */
export const SIZES = {
  W4: { here: { notifications: 2_000, mailboxes: 20 }, full: { notifications: 100_000, mailboxes: 10_000 } },
  Q7: { here: { events: 5_000, small: 25 }, full: { events: 50_000, small: 500 } },
  K6: { here: { instances: 20, accounts: 600 }, full: { instances: 200, accounts: 100_000 } },
  K8: { here: { rows: 20_000 }, full: { rows: 1_000_000 } },
  A4: { here: { ids: 2_000 }, full: { requests: 100_000 } },
} as const

/** `2,000 notifications, 20 mailboxes`; undefined for a row whose tests make all of it happen. */
export const sizeHere = (id: string): string | undefined => text(id, 'here')
export const sizeInFull = (id: string): string | undefined => text(id, 'full')

function text(id: string, which: 'here' | 'full'): string | undefined {
  const size: Readonly<Record<string, number>> | undefined = new Map(Object.entries(SIZES)).get(id)?.[which]
  if (size === undefined) return undefined
  return Object.entries(size)
    .map(([what, count]) => `${count.toLocaleString('en')} ${what}`)
    .join(', ')
}
