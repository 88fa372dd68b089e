import { reasonOf } from './load-app.ts'

/** Where the host writes, one line a call. */
export type WriteLine = (line: string) => void

/** A line of the host's own, told from the app's lines by its `event`. */
export const writeEvent = (write: WriteLine, event: string, facts: Record<string, unknown>) =>
  write(JSON.stringify({ event, ...facts }))

export const writeFailure = (write: WriteLine, event: string, functionName: string, error: unknown) =>
  writeEvent(write, event, { function: functionName, error: reasonOf(error) })
