import type { EpochMs } from '../core/time.ts'
import type { Channel } from './channel.ts'
import type { ChannelAccount, ChannelStore, LoggedChange, LoggedEvent } from './ports.ts'

/** What the change log has for a channel. */
export interface News {
  /** The first change that is to be told as a change, and the first that is to be told as having come into the window. */
  readonly changedAt?: EpochMs | undefined
  readonly enteredAt?: EpochMs | undefined
  readonly entered: number
  /** Number of the first entry that is not sure to be told with this. */
  readonly upTo: number
}

type Store = Pick<ChannelStore, 'changes' | 'managesAny'>

/** Reads what a channel does not know yet: what others than its integrator have changed, as far as its filters let it. */
export async function readNews(store: Store, account: string, channel: Channel, state: ChannelAccount): Promise<News> {
  const { nextChange, unwrittenFrom = nextChange } = state.head
  const torn = new Set(state.calendars.filter((calendar) => calendar.torn).map(({ key }) => key))
  let news: News = { entered: 0, upTo: unwrittenFrom }
  for await (const change of store.changes(account, channel.told.nextChange, nextChange)) {
    if (!('calendar' in change)) {
      news = { ...news, changedAt: state.head.connectedAt }
      continue
    }
    // Events that are being written: told now for who reads now, and once more when they are written for sure.
    if (torn.has(change.calendar)) news = { ...news, upTo: Math.min(news.upTo, change.number) }
    const foreign = foreignEvents(channel, change)
    if (await concerns(store, account, channel, foreign)) news = withChange(news, channel, change, foreign)
  }
  return { ...news, upTo: Math.max(channel.told.nextChange, news.upTo) }
}

async function concerns(
  store: Store,
  account: string,
  { filters, integrator }: Channel,
  foreign: readonly LoggedEvent[],
): Promise<boolean> {
  if (foreign.length === 0) return false
  return !filters.onlyManaged || store.managesAny(account, integrator, foreign)
}

/**
 * What is new in the calendars that a channel is about, and what has left them for another one. An integrator is not told of
 * its own changes.
 */
function foreignEvents(
  { integrator, filters }: Channel,
  { calendar, changed, left }: LoggedChange,
): readonly LoggedEvent[] {
  const isAbout = (one: string) => filters.calendars?.includes(one) ?? true
  const gone = new Set(left.flatMap(([key, from]) => (isAbout(from) ? key : [])))
  return changed.filter(([key, , by]) => by !== integrator && (isAbout(calendar) || gone.has(key)))
}

function withChange(news: News, channel: Channel, change: LoggedChange, foreign: readonly LoggedEvent[]): News {
  const entered = channel.extraTypes.includes('window_roll')
    ? foreign.filter(([key]) => change.entered.includes(key)).length
    : 0
  return {
    ...news,
    entered: news.entered + entered,
    ...(entered < foreign.length && { changedAt: earliest(news.changedAt, change.at) }),
    ...(entered > 0 && { enteredAt: earliest(news.enteredAt, change.at) }),
  }
}

const earliest = (known: EpochMs | undefined, at: EpochMs): EpochMs => (known === undefined || at < known ? at : known)
