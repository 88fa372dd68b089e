import { isFailure } from '../core/errors.ts'
import { retryWhenChanged } from '../core/retry-when-changed.ts'
import type { Action } from './action.ts'
import type { AccountFor, ActionLog, ActionSessions, Waking } from './ports.ts'
import type { RequestKey } from './request-key.ts'

type Draft = Omit<Action, 'number'>
export type OpenAccount = Awaited<ReturnType<ActionSessions['open']>>

/** How a request is taken in: the account as it is looked at, and where its action goes. */
export interface Intake {
  /** Looks at the account; again when a visit has changed it meanwhile, which is not the asker's to bear. */
  look<T>(read: (account: OpenAccount) => Promise<T>): Promise<T>
  /** Stores the action and wakes the account. @throws SyncError as `ActionLog.append` and `Waking.expect`. */
  append(draft: Draft, key?: RequestKey): Promise<Action>
  /** Whether a request before this one may change what there is, although nothing of it is stored yet. */
  readonly hasEarlier: boolean
}

/**
 * The changes of one batch to one account. They share one look at the account, are stored together in the order of their
 * places, and wake the account once.
 */
export interface Lot {
  /** The intake of the request at this place, from 0. */
  place(at: number): Intake
  /** The request at this place has got its answer. Nothing is stored before each place has appended its action, or left. */
  leave(at: number): void
}

interface Dependencies {
  readonly sessions: ActionSessions
  readonly log: ActionLog
  readonly waking: Waking
  readonly accountFor: AccountFor
}

/** A request that comes alone. */
export const alone = ({ sessions, log, waking, accountFor }: Dependencies, account: string): Intake => ({
  hasEarlier: false,
  look: (read) => retryWhenChanged(async () => read(await sessions.open(account))),
  async append(draft, key) {
    await Promise.all([accountFor(account, [draft]), waking.expect(account)])
    const action = await log.append(account, draft, key)
    await waking.wake(account)
    return action
  },
})

interface Waiting {
  readonly draft: Draft
  readonly store: () => Promise<Action>
  resolve(action: Action): void
  reject(error: unknown): void
}

export function createLot({ sessions, log, waking, accountFor }: Dependencies, account: string, size: number): Lot {
  let opened: Promise<OpenAccount> | undefined
  const waiting: (Waiting | undefined)[] = []
  const places = Array.from({ length: size }, createArrival)

  async function lookOnce<T>(read: (account: OpenAccount) => Promise<T>): Promise<T> {
    opened ??= sessions.open(account)
    try {
      return await read(await opened)
    } catch (error) {
      if (isFailure(error, 'ROW_CHANGED')) opened = undefined
      throw error
    }
  }

  function arrived(at: number): void {
    const place = places[at]
    if (place === undefined || place.isHere) return
    place.isHere = true
    place.announce()
    if (!places.every(({ isHere }) => isHere)) return
    const all = waiting.filter((one) => one !== undefined)
    storeAll(all).catch((error: unknown) => {
      for (const { reject } of all) reject(error)
    })
  }

  /** Wakes the account before anybody is answered, as one request alone does. */
  async function storeAll(all: readonly Waiting[]): Promise<void> {
    if (all.length === 0) return
    const drafts = all.map(({ draft }) => draft)
    await Promise.all([accountFor(account, drafts), waking.expect(account)])
    const stored = await Promise.allSettled(all.map(({ store }) => store()))
    await waking.wake(account)
    for (const [at, outcome] of stored.entries())
      if (outcome.status === 'fulfilled') all[at]?.resolve(outcome.value)
      else all[at]?.reject(outcome.reason)
  }

  return {
    leave: arrived,
    place: (at) => ({
      hasEarlier: at > 0,
      /** One after another: a session is no place for two at once. */
      async look(read) {
        await Promise.all(places.slice(0, at).map(({ announced }) => announced))
        return retryWhenChanged(() => lookOnce(read))
      },
      append: (draft, key) =>
        new Promise((resolve, reject) => {
          waiting[at] = { draft, store: () => log.append(account, draft, key), resolve, reject }
          arrived(at)
        }),
    }),
  }
}

function createArrival() {
  let announce = () => {}
  const announced = new Promise<void>((resolve) => {
    announce = resolve
  })
  return { isHere: false, announced, announce }
}
