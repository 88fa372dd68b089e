import { seededRandom } from '../support/graph-stand-in.ts'

/** Chances that a seed repeats. */
export interface Dice {
  bytes(length: number): Uint8Array
  /** A whole number from 0 up to and without `limit`. */
  below(limit: number): number
  one<Value>(values: readonly Value[]): Value
  /** Two that differ. */
  two<Value>(values: readonly Value[]): readonly [Value, Value]
}

export function createDice(seed: number): Dice {
  const { bytes } = seededRandom(seed)
  const below = (limit: number) => Math.floor((Buffer.from(bytes(4)).readUInt32BE() / 2 ** 32) * limit)
  function one<Value>(values: readonly Value[]): Value {
    const value = values[below(values.length)]
    if (value === undefined) throw new RangeError('nothing to choose from')
    return value
  }
  return {
    ...{ bytes, below, one },
    two(values) {
      const first = one(values)
      return [first, one(values.filter((value) => value !== first))]
    },
  }
}
