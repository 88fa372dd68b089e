import { expect } from 'vitest'
import type { Writing } from './writing.ts'

/** What the person's calendar holds, by subject. */
export const titlesOf = (at: Writing) =>
  at
    .held()
    .map(({ fields }) => String(fields['subject']))
    .sort()

/** Both sides hold exactly this, and nothing is left to be done. */
export async function expectBoth(at: Writing, titles: readonly string[]): Promise<void> {
  expect(titlesOf(at)).toEqual([...titles].sort())
  expect((await at.read()).map(({ summary }) => summary).sort()).toEqual([...titles].sort())
  expect((await at.read()).filter(({ pending }) => pending)).toEqual([])
}
