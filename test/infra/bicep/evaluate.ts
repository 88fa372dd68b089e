import { call, LOADING } from './functions.ts'
import type { Expression, LoopExpression } from './syntax.ts'
import { asText, isObject, isSubject, type Properties, Unknown, type Value } from './values.ts'

/** Where an expression is evaluated: what its names stand for, and who hears of what is wrong. */
export interface Surroundings {
  lookup(name: string): Value | undefined
  /** The content of a file beside the template; nothing when there is none. */
  load(path: string): string | undefined
  report(line: number, problem: string): void
}

export function evaluate(expression: Expression, around: Surroundings): Value {
  const value = (inner: Expression): Value => evaluate(inner, around)
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'text':
      return textOf(expression.parts, value)
    case 'name':
      return around.lookup(expression.name) ?? new Unknown(expression.name)
    case 'member':
      return memberOf(value(expression.object), expression.property, expression, around)
    case 'index':
      return itemOf(value(expression.object), value(expression.index), expression, around)
    case 'call':
      return called(expression.callee, expression.inputs.map(value), expression.line, around)
    case 'object':
      return objectOf(expression.properties, value)
    case 'array':
      return expression.items.map(value)
    case 'loop':
      return loop(expression, around).map(({ inside }) => evaluate(expression.body, inside))
    case 'lambda':
      return (...inputs) => evaluate(expression.body, within(around, expression.names, inputs))
    case 'unary':
      return negated(expression.operator, value(expression.input))
    case 'binary':
      return combined(expression.operator, value(expression.left), () => value(expression.right))
    case 'choice':
      return chosen(value(expression.when), expression, value)
  }
}

/** The rounds of a loop whose condition holds, each with its names. */
export function loop(
  { item, index, source, condition }: Pick<LoopExpression, 'item' | 'index' | 'source' | 'condition'>,
  around: Surroundings,
): { readonly at: number; readonly inside: Surroundings }[] {
  const items = evaluate(source, around)
  const names = index === undefined ? [item] : [item, index]
  return (Array.isArray(items) ? items : [])
    .map((each, at) => ({ at, inside: within(around, names, [each, at]) }))
    .filter(({ inside }) => condition === undefined || evaluate(condition, inside) !== false)
}

function within(around: Surroundings, names: readonly string[], values: readonly Value[]): Surroundings {
  const own = new Map(names.map((name, at) => [name, values[at] ?? null]))
  return { ...around, lookup: (name) => (own.has(name) ? own.get(name) : around.lookup(name)) }
}

function textOf(parts: readonly (string | Expression)[], value: (part: Expression) => Value): Value {
  const [first] = parts
  if (parts.length === 1 && first !== undefined && typeof first !== 'string') {
    const only = value(first)
    return only instanceof Unknown ? only : asText(only)
  }
  return parts.map((part) => (typeof part === 'string' ? part : asText(value(part)))).join('')
}

function memberOf(
  object: Value,
  name: string,
  { line, isSafe }: { line: number; isSafe: boolean },
  around: Surroundings,
): Value {
  if (object instanceof Unknown) return new Unknown(`${object.text}.${name}`)
  if (isSubject(object)) return object.property(name)
  if (isObject(object) && Object.hasOwn(object, name)) return object[name] ?? null
  if (!isSafe)
    around.report(
      line,
      `\`${name}\` is not there: known are ${isObject(object) ? Object.keys(object).join(', ') : 'no properties'}`,
    )
  return isSafe ? null : new Unknown(name)
}

function itemOf(
  object: Value,
  index: Value,
  { line, isSafe }: { line: number; isSafe: boolean },
  around: Surroundings,
): Value {
  if (object instanceof Unknown || index instanceof Unknown) return new Unknown(`${asText(object)}[${asText(index)}]`)
  if (typeof index === 'string') return memberOf(object, index, { line, isSafe }, around)
  const item = Array.isArray(object) ? object[Number(index)] : undefined
  if (item === undefined && !isSafe && Array.isArray(object)) around.report(line, `there is no item ${asText(index)}`)
  return item ?? null
}

function called(callee: string, inputs: Value[], line: number, around: Surroundings): Value {
  const name = callee.replace(/^(sys|az)\./, '')
  if (!LOADING.some((loading) => loading === name)) return call(name, inputs)
  const path = asText(inputs[0])
  const content = around.load(path)
  if (content === undefined) {
    around.report(line, `${name}: there is no file ${path}`)
    return new Unknown(path)
  }
  return name === 'loadJsonContent' ? JSON.parse(content) : content
}

function objectOf(
  properties: readonly { key: Expression; value: Expression }[],
  value: (inner: Expression) => Value,
): Properties {
  return Object.fromEntries(properties.map((property) => [asText(value(property.key)), value(property.value)]))
}

function negated(operator: string, input: Value): Value {
  if (input instanceof Unknown) return new Unknown(`${operator}${input.text}`)
  return operator === '!' ? input !== true : -Number(input)
}

function combined(operator: string, left: Value, right: () => Value): Value {
  if (operator === '&&' && left === false) return false
  if (operator === '||' && left === true) return true
  if (operator === '??') return left ?? right()
  const other = right()
  if (operator === '&&' && other === false) return false
  if (operator === '||' && other === true) return true
  if (left instanceof Unknown || other instanceof Unknown)
    return new Unknown(`${asText(left)} ${operator} ${asText(other)}`)
  return OPERATORS[operator]?.(left, other) ?? null
}

const OPERATORS: Readonly<Record<string, (left: Value, right: Value) => Value>> = {
  '&&': (left, right) => left === true && right === true,
  '||': (left, right) => left === true || right === true,
  '==': (left, right) => asText(left) === asText(right),
  '!=': (left, right) => asText(left) !== asText(right),
  '=~': (left, right) => asText(left).toLowerCase() === asText(right).toLowerCase(),
  '!~': (left, right) => asText(left).toLowerCase() !== asText(right).toLowerCase(),
  '<': (left, right) => Number(left) < Number(right),
  '<=': (left, right) => Number(left) <= Number(right),
  '>': (left, right) => Number(left) > Number(right),
  '>=': (left, right) => Number(left) >= Number(right),
  '+': (left, right) => Number(left) + Number(right),
  '-': (left, right) => Number(left) - Number(right),
  '*': (left, right) => Number(left) * Number(right),
  '/': (left, right) => Math.trunc(Number(left) / Number(right)),
  '%': (left, right) => Number(left) % Number(right),
}

/** Where only a deployment knows, both sides are read, and the first stands for both. */
function chosen(
  when: Value,
  { yes, no }: { yes: Expression; no: Expression },
  value: (inner: Expression) => Value,
): Value {
  if (when === true) return value(yes)
  if (when === false) return value(no)
  const [first, second] = [value(yes), value(no)]
  return first === null ? second : first
}
