import { SyncError } from '../../core/errors.ts'
import type { Action } from '../../push/action.ts'
import { type ApiResponse, empty } from '../response.ts'

/** What names an action within its account. */
export type ActionName = Pick<Action, 'number' | 'token'>

const ACTION_ID = /^act_([1-9a-z][0-9a-z]{0,10}|0)_([A-Za-z0-9_-]{1,64})$/

/** `act_<number in base 36>_<token>`. */
export const actionIdOf = ({ number, token }: ActionName): string => `act_${number.toString(36)}_${token}`

/** 202 with the address of the outcome. */
export const acceptedAnswer = (publicUrl: string, action: ActionName): ApiResponse =>
  empty(202, { location: `${publicUrl}/v1/actions/${actionIdOf(action)}` })

/** @throws SyncError `NOT_FOUND` for a text that is no action's id. */
export function parseActionId(id: string): ActionName {
  const [, digits = '', token = ''] = ACTION_ID.exec(id) ?? []
  const number = Number.parseInt(digits, 36)
  if (!Number.isSafeInteger(number)) throw new SyncError('NOT_FOUND', 'not the id of an action')
  return { number, token }
}
