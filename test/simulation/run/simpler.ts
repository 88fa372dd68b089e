import { PLAIN_NEIGHBOURS } from '../swarm/neighbours.ts'
import type { Adjustments } from './adjustments.ts'

type Value = Adjustments[string]

/** The fields of a world by their paths. */
export const fieldsOf = (world: object, prefix = ''): readonly (readonly [string, Value])[] =>
  Object.entries(world).flatMap(([name, value]) =>
    typeof value === 'object' ? fieldsOf(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value] as const],
  )

/** What a field of a world is in the simplest of worlds. */
const SIMPLEST: Adjustments = {
  people: 1,
  calendars: 1,
  instances: 1,
  writers: 0,
  wishes: 0,
  operations: 0,
  atOnce: 0,
  batch: 1,
  connects: 1,
  connectsFirst: true,
  latencyMs: 0,
  pageSize: 200,
  budgetSeconds: 60,
  versionAfterWrite: false,
  realCrypto: false,
  'delta.seriesOrder': 'first',
  'delta.emptyPages': 0,
  'notifications.copies': 1,
  'windowDays.past': 1,
  'windowDays.future': 1,
  faultySteps: 50,
  ...Object.fromEntries(fieldsOf({ neighbours: PLAIN_NEIGHBOURS })),
}

/** Groups that only ever say that something is wrong or odd. */
const ODDITY = /^(faults|delta|notifications|episodes)\./

function simplestOf(path: string, value: Value): Value {
  const simplest = SIMPLEST[path]
  if (simplest !== undefined) return simplest
  if (!ODDITY.test(path)) return value
  return typeof value === 'number' ? 0 : typeof value === 'boolean' ? false : value
}

/** Ways to make a world simpler, the greatest steps first: everything that is wrong, then field by field. */
export function simplerThan(world: object): readonly Adjustments[] {
  const fields = fieldsOf(world).filter(([path, value]) => simplestOf(path, value) !== value)
  const oddities = fields.filter(([path]) => ODDITY.test(path))
  const all = Object.fromEntries(oddities.map(([path, value]) => [path, simplestOf(path, value)]))
  const whole = fields.map(([path, value]) => ({ [path]: simplestOf(path, value) }))
  return [...(oddities.length > 1 ? [all] : []), ...whole, ...fields.flatMap(lessOf)]
}

/** Of a number that cannot be the simplest: half of it, and one less. */
function lessOf([path, value]: readonly [string, Value]): readonly Adjustments[] {
  const simplest = simplestOf(path, value)
  if (typeof value !== 'number' || typeof simplest !== 'number' || path.startsWith('faults.')) return []
  const less = [Math.trunc((value + simplest) / 2), value - 1]
  return [...new Set(less)].filter((one) => one > simplest && one < value).map((one) => ({ [path]: one }))
}
