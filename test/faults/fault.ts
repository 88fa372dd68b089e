/** Something that goes wrong outside of our code or inside of it, and what has to become of it. */
export interface Fault {
  /** At the front of the name of every test that shows it, or of the suite around such tests. */
  readonly id: string
  readonly name: string
  readonly fault: string
  readonly expected: string
}

export type Row = readonly [id: string, name: string, fault: string, expected: string]

export const faultsOf = (rows: readonly Row[]): readonly Fault[] =>
  rows.map(([id, name, fault, expected]) => ({ id, name, fault, expected }))

/** `Q2: ...`, `Q1 Q5: ...`, `K1, K2: ...`, and with a word of the row's name, `C1 state-csrf: ...`. */
const LEADING_IDS = /^((?:[A-Z]\d{1,2}[, ]+)*[A-Z]\d{1,2})(?: [a-z/-]+)?: /

/** The rows that a test's or a suite's own name begins with. */
export function idsOf(name: string): readonly string[] {
  const [, ids = ''] = LEADING_IDS.exec(`${name} `) ?? []
  return ids.split(/[, ]+/).filter((id) => id !== '')
}
