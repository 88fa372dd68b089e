import { isFailure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Action } from '../../push/action.ts'
import type { ActionLog } from '../../push/ports.ts'
import type { Tables, Write } from '../table.ts'
import { accountsTable, type BindAccountRows } from './account-rows.ts'
import { readActions } from './read-actions.ts'
import { actionCounterKey, actionKey } from './row-keys.ts'

type Draft = Omit<Action, 'number'>

interface Waiting {
  readonly draft: Draft
  resolve(action: Action): void
  reject(error: unknown): void
}

/** Actions stored in one commit, and their characters: sealed and encoded they stay below its limits. */
const AT_ONCE = 50
const CHARACTERS_AT_ONCE = 1_000_000

/** How often somebody else may be faster before the request is refused; each time somebody got through. */
const MOST_RACES = 50

/**
 * The actions of accounts, numbered without gaps in order of acceptance. Those that come while one commit for their
 * account is under way wait and go together in the next, so that a hundred at once are a handful of commits.
 */
export function createActionLog(tables: Tables, bind: BindAccountRows, log: Log): ActionLog {
  const table = accountsTable(tables)
  const queues = new Map<string, Waiting[]>()

  async function store(account: string, drafts: readonly Draft[], race = 1): Promise<readonly Action[]> {
    const rows = bind(account)
    const counter = await table.get(account, actionCounterKey)
    const last = counter === undefined ? 0 : (await rows.actionCounter.decode(counter)).last
    const actions = drafts.map((draft, at): Action => ({ ...draft, number: last + 1 + at }))
    const inserts = await Promise.all(
      actions.map(async (action): Promise<Write> => {
        const rowKey = actionKey(action.number)
        return { kind: 'insert', rowKey, properties: await rows.action.encode(rowKey, action) }
      }),
    )
    const properties = await rows.actionCounter.encode(actionCounterKey, { last: last + drafts.length })
    const fence: Write =
      counter === undefined
        ? { kind: 'insert', rowKey: actionCounterKey, properties }
        : { kind: 'replace', rowKey: actionCounterKey, properties, etag: counter.etag }
    try {
      await table.commit(account, [...inserts, fence])
      return actions
    } catch (error) {
      if (race === MOST_RACES || !isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS')) throw error
      return store(account, drafts, race + 1)
    }
  }

  async function drain(account: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      await storeTogether(account, queue.splice(0, countThatFits(queue)))
    }
    queues.delete(account)
  }

  async function storeTogether(account: string, some: readonly Waiting[]): Promise<void> {
    try {
      const stored = await store(
        account,
        some.map(({ draft }) => draft),
      )
      for (const [at, action] of stored.entries()) some[at]?.resolve(action)
    } catch (error) {
      // One that is too large for a row must not take the others with it.
      if (some.length > 1 && isFailure(error, 'VALIDATION_FAILED'))
        for (const one of some) await storeTogether(account, [one])
      else for (const { reject } of some) reject(error)
    }
  }

  return {
    append: (account, draft) =>
      new Promise((resolve, reject) => {
        const queue = queues.get(account)
        const waiting = { draft, resolve, reject }
        if (queue !== undefined) return void queue.push(waiting)
        const started = [waiting]
        queues.set(account, started)
        void drain(account, started)
      }),
    async pending(account, from) {
      const actions = await readActions(table, bind(account), log, account, from)
      return actions.filter(({ state }) => state === 'pending')
    },
    async get(account, number) {
      const row = await table.get(account, actionKey(number))
      return row && bind(account).action.decode(row)
    },
  }
}

/** At least one: what does not fit alone is told to whoever sent it. */
function countThatFits(queue: readonly Waiting[]): number {
  let characters = 0
  const tooMany = queue.slice(0, AT_ONCE).findIndex(({ draft }) => {
    characters += JSON.stringify(draft).length
    return characters > CHARACTERS_AT_ONCE
  })
  return tooMany < 0 ? AT_ONCE : Math.max(1, tooMany)
}
