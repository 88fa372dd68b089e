import { UsageError } from '../../../infra/usage-error.ts'
import type { Swarm } from '../swarm/swarm.ts'

type Value = number | boolean | string

/** Fields of a world, by their path (`faults.crash`), with the values they get in the place of those the seed chose. */
export type Adjustments = Readonly<Record<string, Value>>

/** @throws UsageError when a field is not there, or is of another type. */
export const adjusted = (swarm: Swarm, adjustments: Adjustments): Swarm =>
  Object.entries(adjustments).reduce((world, [path, value]) => replaced(world, path.split('.'), value), swarm)

function replaced<T extends object>(world: T, [name = '', ...rest]: readonly string[], value: Value): T {
  const before = (world as Record<string, unknown>)[name]
  if (rest.length > 0 && typeof before === 'object' && before !== null)
    return { ...world, [name]: replaced(before, rest, value) }
  if (rest.length > 0 || typeof before !== typeof value) throw new UsageError(`a world has no ${typeof value} ${name}`)
  return { ...world, [name]: value }
}

/** As they stand in a command: `people=1,faults.crash=0`. */
export const formatAdjustments = (adjustments: Adjustments): string =>
  Object.entries(adjustments)
    .map(([path, value]) => `${path}=${value}`)
    .join(',')

/** @throws UsageError when the text is not a list of fields with values. */
export function parseAdjustments(text: string): Adjustments {
  const parts = text.split(',').filter((part) => part !== '')
  return Object.fromEntries(
    parts.map((part) => {
      const [path, value, ...more] = part.split('=')
      if (!path || value === undefined || more.length > 0) throw new UsageError(`not a field with a value: ${part}`)
      return [path, parseValue(value)]
    }),
  )
}

function parseValue(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true'
  return text === '' || Number.isNaN(Number(text)) ? text : Number(text)
}
