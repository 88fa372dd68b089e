import type { SignInAnswer } from '../../accounts/connect.ts'
import { SyncError } from '../../core/errors.ts'
import type { Params } from '../request.ts'

/** What Microsoft sent the browser back with. @throws SyncError `REQUEST_INVALID` for anything Microsoft would not send. */
export function signInAnswer(params: Params): SignInAnswer {
  const state = params.get('state') ?? ''
  if (!/^[\w-]{43}$/.test(state)) throw new SyncError('REQUEST_INVALID', 'the state is not one of ours')
  const error = params.get('error')
  // The error comes first: an answer that carries both an error and a code is not one to trust.
  if (error !== undefined) return { state, error, aadsts: aadstsOf(params.get('error_description')) }
  const code = params.get('code')
  if (code === undefined || code === '') throw new SyncError('REQUEST_INVALID', 'neither a code nor an error')
  return { state, code }
}

/** `AADSTS65004: User declined to consent...` */
export function aadstsOf(description: string | undefined): number | undefined {
  const [, number] = /^AADSTS(\d{4,7})\b/.exec(description ?? '') ?? []
  return number === undefined ? undefined : Number(number)
}
