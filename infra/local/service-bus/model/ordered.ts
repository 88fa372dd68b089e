/** Inserts behind every item whose key is not greater, so that items with one key keep the order in which they came. */
export function insertOrdered<T>(list: T[], item: T, keyOf: (item: T) => number): void {
  const key = keyOf(item)
  let low = 0
  let high = list.length
  const last = list.at(-1)
  if (last === undefined || keyOf(last) <= key) low = high
  while (low < high) {
    const middle = (low + high) >>> 1
    const probe = list[middle]
    if (probe !== undefined && keyOf(probe) <= key) low = middle + 1
    else high = middle
  }
  list.splice(low, 0, item)
}
