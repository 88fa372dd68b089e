import type { Proof } from '../support/proof.ts'

/** How we stand to one requirement of OWASP ASVS 5.0. */
export type Verdict =
  | ({ readonly verdict: 'tested' } & Proof)
  | { readonly verdict: 'by design'; readonly why: string }
  | { readonly verdict: 'not applicable'; readonly why: string }

export type Requirement = { readonly id: string; readonly level: 1 | 2; readonly text: string } & Verdict

/** The requirement in our own words, and how we stand to it. */
export type Row = readonly [id: string, level: 1 | 2, text: string, verdict: Verdict]

/** @param file below `test/`. */
export const tested = (file: string, name: string): Verdict => ({ verdict: 'tested', file: `${file}.test.ts`, name })
/** It cannot be otherwise as things are built; why. */
export const byDesign = (why: string): Verdict => ({ verdict: 'by design', why })
export const notApplicable = (why: string): Verdict => ({ verdict: 'not applicable', why })

export const requirementsOf = (rows: readonly Row[]): readonly Requirement[] =>
  rows.map(([id, level, text, verdict]) => ({ id, level, text, ...verdict }))
