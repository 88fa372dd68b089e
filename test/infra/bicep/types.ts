import type { ValueType } from './syntax.ts'
import { isObject, isSubject, Unknown, type Value } from './values.ts'

/** Why a value is not of a type, as the end of a sentence; nothing when it is, or when nobody can know yet. */
export function typeProblem(value: Value, type: ValueType): string | undefined {
  if (value instanceof Unknown || type.kind === 'any') return undefined
  if (type.kind === 'nullable') return value === null ? undefined : typeProblem(value, type.of)
  if (type.kind === 'one-of')
    return type.values.some((one) => one === value) ? undefined : `is one of ${type.values.join(', ')}`
  if (kindOf(value) !== basicKind(type)) return `has to be ${basicKind(type)}, and is ${kindOf(value)}`
  if (type.kind === 'array' && Array.isArray(value)) {
    return value.map((item) => typeProblem(item, type.of)).find((problem) => problem !== undefined)
  }
  if (type.kind === 'record' && isObject(value)) return recordProblem(value, type.fields)
  return undefined
}

function recordProblem(value: { [key: string]: Value }, fields: ReadonlyMap<string, ValueType>): string | undefined {
  const strange = Object.keys(value).find((name) => !fields.has(name))
  if (strange !== undefined) return `has no \`${strange}\``
  return [...fields]
    .map(([name, type]) => {
      const problem = typeProblem(value[name] ?? null, type)
      return problem === undefined ? undefined : `has \`${name}\`, which ${problem}`
    })
    .find((problem) => problem !== undefined)
}

const basicKind = ({ kind }: ValueType): string => (kind === 'record' ? 'object' : kind)

function kindOf(value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return 'int'
  if (typeof value === 'boolean') return 'bool'
  if (Array.isArray(value)) return 'array'
  return isSubject(value) ? 'resource' : 'object'
}
