import { prefetch } from '../../core/prefetch.ts'
import type { Accounts } from '../../storage/accounts/accounts.ts'
import type { Events } from '../../storage/accounts/events.ts'

/** What a reading may ask for before it is known whether it may read. */
export interface Askable {
  readonly accounts: Accounts
  readonly events: Events
}

/**
 * The same stores for one request: what was asked for is not asked for twice.
 * @param begin asks ahead; what it finds, or fails with, is looked at only by a reading that asks for the same.
 */
export function askedAhead<Stores extends Askable>(
  stores: Stores,
  begin: (stores: Stores) => Promise<unknown>,
): Stores {
  const { accounts, events } = stores
  const own = {
    ...stores,
    accounts: { ...accounts, state: once(accounts.state) },
    events: { ...events, monthsOf: once(events.monthsOf) },
  }
  void prefetch(begin(own))
  return own
}

function once<Asked extends readonly string[], Answer>(ask: (...asked: Asked) => Promise<Answer>) {
  const answers = new Map<string, Promise<Answer>>()
  return (...asked: Asked): Promise<Answer> => {
    const key = asked.join(' ')
    const answer = answers.get(key) ?? prefetch(ask(...asked))
    answers.set(key, answer)
    return answer
  }
}
