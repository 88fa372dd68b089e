import { isFailure } from '../core/errors.ts'

/**
 * Runs `work`, and once more when Microsoft refuses the token it was done with before its time.
 * @param work opens the mailbox with a fresh token when it is told that the one of the cache was refused.
 */
export async function withFreshToken<Result>(work: (refused: boolean) => Promise<Result>): Promise<Result> {
  try {
    return await work(false)
  } catch (error) {
    if (!isFailure(error, 'MICROSOFT_TOKEN_EXPIRED')) throw error
    return work(true)
  }
}
