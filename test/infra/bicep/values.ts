import { createHash } from 'node:crypto'

/** What only a deployment can tell; `text` says what it is of, as in `storage.properties.creationTime`. */
export class Unknown {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Something that answers for its properties when it is asked: a resource or a module. */
export interface Subject {
  readonly subject: string
  property(name: string): Value
}

export type Value = string | number | boolean | null | Unknown | Subject | Lambda | Value[] | { [key: string]: Value }
export type Lambda = (...inputs: Value[]) => Value
export type Properties = { [key: string]: Value }

export const isSubject = (value: Value): value is Subject =>
  typeof value === 'object' && value !== null && 'subject' in value && typeof value['property'] === 'function'

export const isObject = (value: Value | undefined): value is Properties =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Unknown) &&
  !isSubject(value)

/** How a value reads inside of a text; what is unknown stands in braces. */
export function asText(value: Value | undefined): string {
  if (value instanceof Unknown) return `{${value.text}}`
  if (value === undefined || value === null || typeof value === 'function') return ''
  if (isSubject(value)) return `{${value.subject}}`
  if (typeof value === 'object')
    return JSON.stringify(value, (_, inner) => (inner instanceof Unknown ? asText(inner) : inner))
  return String(value).replace(/^(true|false)$/, (word) => word[0]?.toUpperCase() + word.slice(1))
}

/** The same for the same texts, as `guid()` is; its value is another one than Azure's. */
export function asUuid(...texts: string[]): string {
  const hex = hash(texts)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** 13 letters and digits, as `uniqueString()` gives; its value is another one than Azure's. */
export const asUnique = (...texts: string[]): string => hash(texts).slice(0, 13)

const hash = (texts: readonly string[]): string => createHash('sha256').update(texts.join('\n')).digest('hex')

export function get(value: Value | undefined, ...path: string[]): Value | undefined {
  return path.reduce<Value | undefined>((inner, name) => (isObject(inner) ? inner[name] : undefined), value)
}
