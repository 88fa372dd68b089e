import * as fc from 'fast-check'

/** Texts that have upset parsers. */
export const wildText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', ' ', '0', '-1', '1e999', 'null', 'undefined', 'NaN', 'True', 'False', '__proto__', 'constructor'),
  fc.constantFrom('../../..', '%00', '%', '\u0000', '\ud800', '{{7*7}}', "' or 1=1 --", '<script>', 'a'.repeat(5000)),
  fc.constantFrom(
    '9999-12-31T23:59:59Z',
    '0000-00-00',
    '2026-02-30',
    '2026-11-20 09:00:00Z',
    '2026-11-20T09:00:00 01:00',
  ),
  fc.constantFrom('-271821-04-20T00:00:00Z', '+275760-09-13', '1900-01-01', '2200-12-31T23:59:59+14:00', 'Etc/Unknown'),
)

export const wildValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  wildText,
  fc.constantFrom([], {}, [[]], null, true, -0, 1e21, 0.1, { time: {} }, { length: 1e9 }),
)

/** The same object with one member gone, added, or replaced. */
export const spoiled = (object: Readonly<Record<string, unknown>>, names: readonly string[]) => {
  const name = fc.oneof(fc.constantFrom(...names, ...Object.keys(object), 'toString'), wildText)
  return fc.oneof(
    name.map((gone) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== gone))),
    fc.tuple(name, wildValue).map(([key, value]) => Object.fromEntries([...Object.entries(object), [key, value]])),
  )
}
