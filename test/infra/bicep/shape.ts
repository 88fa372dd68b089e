import { asText, isObject, isSubject, type Properties, Unknown, type Value } from './values.ts'

/** What a property may hold. A name that ends with `!` is required; `*` stands for every other name. */
export type Shape = 'string' | 'int' | 'bool' | 'any' | Choice | readonly [Shape] | Fields
export interface Fields {
  readonly [name: string]: Shape
}

/** One of these words; Azure takes no other, whatever its case. */
export class Choice {
  readonly words: readonly string[]
  constructor(words: readonly string[]) {
    this.words = words
  }
}

export const oneOf = (...words: string[]): Choice => new Choice(words)

/** What is wrong with a value, each with the path of the property. */
export function shapeProblems(value: Value, shape: Shape, path = ''): string[] {
  if (value instanceof Unknown || value === null || shape === 'any') return []
  if (typeof shape === 'string')
    return ofType(value, shape) ? [] : [`${path} has to be ${shape}, and is ${asText(value)}`]
  if (shape instanceof Choice) return choiceProblems(value, shape, path)
  if (isList(shape)) return listProblems(value, shape[0], path)
  if (!isObject(value)) return isSubject(value) ? [] : [`${path} has to be an object, and is ${asText(value)}`]
  return fieldProblems(value, shape, path)
}

const isList = (shape: readonly [Shape] | Fields): shape is readonly [Shape] => Array.isArray(shape)

function ofType(value: Value, type: string): boolean {
  if (type === 'int') return typeof value === 'number'
  if (type === 'bool') return typeof value === 'boolean'
  return typeof value === 'string'
}

function choiceProblems(value: Value, { words }: Choice, path: string): string[] {
  const text = asText(value)
  if (text.includes('{') || words.some((word) => word.toLowerCase() === text.toLowerCase())) return []
  return [`${path} is one of ${words.join(', ')}, not ${text}`]
}

function listProblems(value: Value, shape: Shape, path: string): string[] {
  if (!Array.isArray(value)) return [`${path} has to be a list, and is ${asText(value)}`]
  return value.flatMap((item, at) => shapeProblems(item, shape, `${path}[${at}]`))
}

function fieldProblems(value: Properties, fields: Fields, path: string): string[] {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const required = Object.keys(fields).filter((name) => name.endsWith('!'))
  return [
    ...required
      .map((name) => name.slice(0, -1))
      .filter((name) => value[name] === undefined || value[name] === null)
      .map((name) => `${at(name)} is missing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const shape = fields[name] ?? fields[`${name}!`] ?? fields['*']
      return shape === undefined ? [`${at(name)} is not known`] : shapeProblems(inner, shape, at(name))
    }),
  ]
}
