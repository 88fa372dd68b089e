import { isFailure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { later } from '../../core/time.ts'
import type { Action } from '../../push/action.ts'
import type { ActionLog } from '../../push/ports.ts'
import { REQUEST_LIFETIME, type RequestKey } from '../../push/request-key.ts'
import { COMMIT_MAX_WRITES, insertOrReplace, type Tables, type Write } from '../table.ts'
import { type AccountRows, accountsTable, type BindAccountRows } from './account-rows.ts'
import { readActions } from './read-actions.ts'
import { requestRepeated, requestWrite } from './request-log.ts'
import { actionCounterKey, actionKey, requestKey } from './row-keys.ts'

type Draft = Omit<Action, 'number'>

interface Waiting {
  readonly draft: Draft
  readonly key: RequestKey | undefined
  resolve(action: Action): void
  reject(error: unknown): void
}

/** Characters of the actions stored in one commit: sealed and encoded they stay below its limits. */
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

  async function store(account: string, some: readonly Waiting[], race = 1): Promise<void> {
    const { actions, writes } = await numbered(account, some)
    try {
      await table.commit(account, writes)
    } catch (error) {
      if (race === MOST_RACES || !isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS')) throw error
      const fresh = await withoutRepeated(account, some)
      return fresh.length === 0 ? undefined : store(account, fresh, race + 1)
    }
    for (const [at, action] of actions.entries()) some[at]?.resolve(action)
  }

  /** The actions with the numbers they get, and the commit that gives them. */
  async function numbered(account: string, some: readonly Waiting[]) {
    const rows = bind(account)
    const counter = await table.get(account, actionCounterKey)
    const last = counter === undefined ? 0 : (await rows.actionCounter.decode(counter)).last
    const actions = some.map(({ draft }, at): Action => ({ ...draft, number: last + 1 + at }))
    // Waited for together: of two that fail at once, nobody would hear of the other.
    const [inserts, properties] = await Promise.all([
      Promise.all(actions.map((action, at) => actionWrites(rows, action, some[at]?.key))),
      rows.actionCounter.encode(actionCounterKey, { last: last + some.length }),
    ])
    const fence = insertOrReplace(actionCounterKey, properties, counter?.etag)
    return { actions, writes: [...inserts.flat(), fence] }
  }

  /** Refuses the requests that another instance has answered meanwhile, and leaves the others. */
  async function withoutRepeated(account: string, some: readonly Waiting[]): Promise<readonly Waiting[]> {
    const asked = some.map(async (waiting): Promise<readonly Waiting[]> => {
      const { key, reject } = waiting
      const row = key && (await table.get(account, requestKey(key.name, key.item)))
      // What it was to replace has ended, and a visit has deleted it.
      if (row === undefined) return [{ ...waiting, key: key && { ...key, replaces: undefined } }]
      if (row.etag === key?.replaces) return [waiting]
      reject(requestRepeated())
      return []
    })
    return (await Promise.all(asked)).flat()
  }

  async function drain(account: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const some = queue.splice(0, countThatFits(queue))
      const isAgain = repetitionsIn(some)
      await storeTogether(
        account,
        some.filter((_, at) => !isAgain[at]),
      )
      for (const [at, { reject }] of some.entries()) if (isAgain[at]) reject(requestRepeated())
    }
    queues.delete(account)
  }

  async function storeTogether(account: string, some: readonly Waiting[]): Promise<void> {
    try {
      await store(account, some)
    } catch (error) {
      // One that is too large for a row must not take the others with it.
      if (some.length > 1 && isFailure(error, 'VALIDATION_FAILED'))
        for (const one of some) await storeTogether(account, [one])
      else for (const { reject } of some) reject(error)
    }
  }

  return {
    append: (account, draft, key) =>
      new Promise((resolve, reject) => {
        const queue = queues.get(account)
        const waiting = { draft, key, resolve, reject }
        if (queue !== undefined) return void queue.push(waiting)
        const started = [waiting]
        queues.set(account, started)
        queueMicrotask(() => void drain(account, started))
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

async function actionWrites(rows: AccountRows, action: Action, key: RequestKey | undefined): Promise<Write[]> {
  const rowKey = actionKey(action.number)
  const insert: Write = { kind: 'insert', rowKey, properties: await rows.action.encode(rowKey, action) }
  if (key === undefined) return [insert]
  const { number, token, acceptedAt } = action
  return [insert, await requestWrite(rows, key, { action: { number, token } }, later(acceptedAt, REQUEST_LIFETIME))]
}

/** Which of them have the key of one before them. */
function repetitionsIn(some: readonly Waiting[]): readonly boolean[] {
  const seen = new Set<string>()
  return some.map(({ key }) => {
    const rowKey = key && requestKey(key.name, key.item)
    const isAgain = rowKey !== undefined && seen.has(rowKey)
    if (rowKey !== undefined) seen.add(rowKey)
    return isAgain
  })
}

/** At least one: what does not fit alone is told to whoever sent it. */
function countThatFits(queue: readonly Waiting[]): number {
  let characters = 0
  let writes = 1
  const tooMany = queue.findIndex(({ draft, key }) => {
    characters += JSON.stringify(draft).length
    writes += key === undefined ? 1 : 2
    return characters > CHARACTERS_AT_ONCE || writes > COMMIT_MAX_WRITES
  })
  return tooMany < 0 ? queue.length : Math.max(1, tooMany)
}
