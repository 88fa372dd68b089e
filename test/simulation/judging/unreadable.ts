import { type Clock, type EpochMs, elapsed, hours } from '../../../shared/core/time.ts'

/** What an account that nobody can read is kept for in these worlds is a day; instances' clocks differ. */
const KEPT_FOR = hours(23)

/** Since when each account cannot be read and waits for a sign-in, as the log tells. */
export interface Unreadable {
  /** Takes a line of the log. */
  note(event: string, facts: { readonly account?: string; readonly state?: string }): void
  /** Whether an account has not been readable for so long that its data may go. */
  isOverdue(account: string): boolean
}

export function watchUnreadable({ now }: Pick<Clock, 'now'>): Unreadable {
  const since = new Map<string, EpochMs>()
  return {
    note(event, { account, state }) {
      if (account === undefined) return
      if (event === 'account-connected') since.delete(account)
      const isSo =
        event === 'account-needs-reconnect' || (event === 'account-not-active' && state === 'needs-reconnect')
      if (isSo && !since.has(account)) since.set(account, now())
    },
    isOverdue(account) {
      const began = since.get(account)
      return began !== undefined && elapsed(began, now()) >= KEPT_FOR
    },
  }
}
