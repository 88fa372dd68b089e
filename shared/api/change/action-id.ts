import { SyncError } from '../../core/errors.ts'
import type { Action } from '../../push/action.ts'

/** What names an action within its account. */
export type ActionName = Pick<Action, 'number' | 'token'>

const ACTION_ID = /^act_([1-9a-z][0-9a-z]{0,10}|0)_([A-Za-z0-9_-]{1,64})$/

/** `act_<number in base 36>_<token>`. */
export const actionIdOf = ({ number, token }: ActionName): string => `act_${number.toString(36)}_${token}`

/** @throws SyncError `NOT_FOUND` for a text that is no action's id. */
export function parseActionId(id: string): ActionName {
  const [, digits = '', token = ''] = ACTION_ID.exec(id) ?? []
  const number = Number.parseInt(digits, 36)
  if (!Number.isSafeInteger(number)) throw new SyncError('NOT_FOUND', 'not the id of an action')
  return { number, token }
}
