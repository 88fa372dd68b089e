export interface BoundedMap<Value> {
  get(key: string): Value | undefined
  /** Makes it the youngest, too. */
  set(key: string, value: Value): void
  delete(key: string): void
}

/** Remembers so many values at most: what was set longest ago goes first, so that a flood of keys costs no more memory. */
export function boundedMap<Value>(most: number): BoundedMap<Value> {
  const values = new Map<string, Value>()
  return {
    get: (key) => values.get(key),
    set(key, value) {
      // A Map keeps the order of insertion.
      values.delete(key)
      values.set(key, value)
      const [oldest] = values.keys()
      if (values.size > most && oldest !== undefined) values.delete(oldest)
    },
    delete(key) {
      values.delete(key)
    },
  }
}
