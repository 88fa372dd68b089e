const INSTANTS = /^(at|from|to|since|expires|notBefore|\w+At)$/

/**
 * A value of ours as an export has it: names in snake case, points in time in ISO 8601 (UTC, with milliseconds). Whatever is
 * in the value is in the result: what must not be told is taken out before.
 */
export function told(value: unknown, name = ''): unknown {
  if (typeof value === 'number') return INSTANTS.test(name) ? new Date(value).toISOString() : value
  if (Array.isArray(value)) return value.map((item) => told(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [snakeCase(key), told(member, key)]))
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
