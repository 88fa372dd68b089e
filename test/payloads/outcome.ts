import { SyncError } from '../../shared/core/errors.ts'

/** What the product did with a payload, by the way it was fed. Texts of our own; nothing of a payload is in them. */
export type Outcomes = Readonly<Record<string, string>>

export const CRASH = 'CRASH'

/** Runs one way of feeding. A refusal is told by its code; anything but a typed failure is a crash. */
async function outcomeOf(feed: () => Promise<string>): Promise<string> {
  try {
    return await feed()
  } catch (error) {
    if (!(error instanceof SyncError)) return `${CRASH} ${error instanceof Error ? error.stack : String(error)}`
    return error.retryAfterMs === undefined ? error.code : `${error.code}, again after ${error.retryAfterMs} ms`
  }
}

/** Runs every way of feeding, one after the other. */
export async function outcomesOf(ways: Readonly<Record<string, () => Promise<string>>>): Promise<Outcomes> {
  const outcomes: Record<string, string> = {}
  for (const [way, feed] of Object.entries(ways)) outcomes[way] = await outcomeOf(feed)
  return outcomes
}
