import { isFailure } from './errors.ts'

/**
 * Runs a change again when another handler was faster; the change must start from reading.
 * @throws SyncError `ROW_CHANGED`, `ROW_EXISTS` after `attempts`. What the change throws.
 */
export async function retryWhenChanged<T>(change: () => Promise<T>, attempts = 5): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change()
    } catch (error) {
      if (attempt === attempts || !isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS')) throw error
    }
  }
}
