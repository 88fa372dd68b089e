import { readFileSync } from 'node:fs'
import * as z from 'zod'
import type { Mutant } from './mutate.ts'

/** A mutant that no test can notice, or none should, and why. */
const Survivor = z.strictObject({
  file: z.string(),
  code: z.string(),
  original: z.string(),
  replacement: z.string(),
  reason: z.string().min(10),
})
export type Survivor = z.infer<typeof Survivor>

export const readSurvivors = (): readonly Survivor[] =>
  z.array(Survivor).parse(JSON.parse(readFileSync(`${import.meta.dirname}/survivors.json`, 'utf8')))

type Place = Pick<Mutant, 'file' | 'code' | 'original' | 'replacement'>

export const placeOf = ({ file, code, original, replacement }: Place): string =>
  JSON.stringify([file, code, original, replacement])

/** What a run says about the list: survivors that are not in it, and those in it that were killed or are not there. */
export function compare(mutants: readonly Mutant[], survivors: readonly Survivor[]) {
  const listed = new Set(survivors.map(placeOf))
  const files = new Set(mutants.map(({ file }) => file))
  const survived = mutants.filter(({ fate }) => fate === 'survived')
  const seen = new Set(mutants.filter(({ fate }) => fate !== 'killed').map(placeOf))
  return {
    unlisted: survived.filter((mutant) => !listed.has(placeOf(mutant))),
    gone: survivors.filter((survivor) => files.has(survivor.file) && !seen.has(placeOf(survivor))),
  }
}

/** How many of 100 mutants are killed; those that are ignored do not count, those in the list do. */
export function scoreOf(mutants: readonly Mutant[]): number {
  const judged = mutants.filter(({ fate }) => fate !== 'ignored')
  return judged.length === 0 ? 100 : (100 * judged.filter(({ fate }) => fate === 'killed').length) / judged.length
}
