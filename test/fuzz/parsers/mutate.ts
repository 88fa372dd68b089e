import type { Dice } from '../../support/dice.ts'

/** Values and names that have upset parsers. */
const WILD: readonly string[] = [
  ...['', ' ', '0', '-1', '1e999', 'null', 'true', 'NaN', '__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  ...['../', '%00', '%', '\u0000', '\ud800', '\u202e', '\r\n', '"', "'", '<script>', ';', ',', '&', '=', '[]', '{}'],
  ...['0001-01-01', '9999-12-31T23:59:59Z', '2026-02-30', '-271821-04-20T00:00:00Z', '2038-01-19T03:14:08Z'],
  ...['2026-10-25T02:30:00', '2147483648', '9007199254740993', '-0', '0.1', 'Etc/Unknown', 'UTC', '+14:00'],
]

const LONGEST = 16_384

/** Another input, made of one or two that are known. @param words what the parser looks for. */
export function mutate(dice: Dice, input: string, other: string, words: readonly string[]): string {
  const isJson = dice.chance(0.8) && /^\s*[[{"]/.test(input)
  const changed = isJson ? mutateJson(dice, input, other, words) : mutateText(dice, input, other, words)
  return changed.slice(0, LONGEST)
}

const anyWord = (dice: Dice, words: readonly string[]): string =>
  words.length > 0 && dice.chance(0.5) ? dice.pick(words) : dice.pick(WILD)

function mutateText(dice: Dice, input: string, other: string, words: readonly string[]): string {
  const at = dice.below(input.length + 1)
  const until = Math.min(input.length, at + dice.below(9))
  const middles: readonly (() => string)[] = [
    () => '',
    () => anyWord(dice, words),
    () => String.fromCharCode(dice.below(dice.chance(0.8) ? 128 : 65_536)),
    () => input.slice(at, until).repeat(2 + dice.below(40)),
    () => other.slice(dice.below(other.length + 1)).slice(0, 1 + dice.below(60)),
    () => flipped(dice, input.slice(at, until)),
  ]
  const text = input.slice(0, at) + dice.pick(middles)() + input.slice(until)
  return dice.chance(0.3) ? mutateText(dice, text, other, words) : text
}

const flipped = (dice: Dice, text: string): string =>
  [...text].map((letter) => String.fromCharCode(letter.charCodeAt(0) ^ (1 << dice.below(8)))).join('')

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

interface Place {
  readonly holder: Json[] | { [name: string]: Json }
  readonly name: string
}

function mutateJson(dice: Dice, input: string, other: string, words: readonly string[]): string {
  const [root, donor] = [parsed(input), parsed(other)]
  const places = placesIn(root)
  if (root === undefined || places.length === 0) return mutateText(dice, input, other, words)
  for (let changes = 1 + dice.below(3); changes > 0; changes--) change(dice, dice.pick(places), donor, words)
  return JSON.stringify(root)
}

function change(dice: Dice, { holder, name }: Place, donor: Json | undefined, words: readonly string[]): void {
  const value = (Reflect.get(holder, name) ?? null) as Json
  const donors = placesIn(donor)
  const kinds: readonly (() => void)[] = [
    () => Reflect.deleteProperty(holder, name),
    () => put(holder, name, anyWord(dice, words)),
    () => put(holder, name, dice.pick<Json>([null, true, 0, -1, 1e21, 0.5, [], {}, [[]], { length: 1e9 }])),
    () => (Array.isArray(holder) ? holder.push(value) : put(holder, anyWord(dice, words), value)),
    () => isSmall(value) && put(holder, name, Array(1 + dice.below(30)).fill(value)),
    () => put(holder, name, typeof value === 'string' ? mutateText(dice, value, '', words) : JSON.stringify(value)),
    () => put(holder, name, typeof value === 'number' ? value * dice.pick([-1, 0, 10, 1e6, 1e300]) : [value]),
    () => donors.length > 0 && put(holder, name, valueAt(dice.pick(donors))),
  ]
  dice.pick(kinds)()
}

const isSmall = (value: Json): boolean => JSON.stringify(value).length < 500

/** A property of its own, whatever the name is: `__proto__` too. */
const put = (holder: object, name: string, value: Json): void =>
  void Reflect.defineProperty(holder, name, { value, writable: true, enumerable: true, configurable: true })

const valueAt = ({ holder, name }: Place): Json => structuredClone((Reflect.get(holder, name) ?? null) as Json)

const placesIn = (value: Json | undefined): Place[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [{ holder: value, name }, ...placesIn(inner)])

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
