/** The value below which half of them are. @throws RangeError when there is none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The length of the range in which the middle half of them lies. */
export const spread = (values: readonly number[]): number => quantile(values, 0.75) - quantile(values, 0.25)

/** The value below which this share of them is. @throws RangeError when there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  if (value === undefined) throw new RangeError('no values')
  return value
}
