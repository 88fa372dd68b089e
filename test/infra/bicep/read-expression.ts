import type { Node } from 'web-tree-sitter'
import { lineOf, namedChildren } from './grammar.ts'
import type { Expression, LoopExpression, ObjectExpression } from './syntax.ts'

/** @throws TypeError for what Bicep has and our files do not use. */
export function readExpression(node: Node): Expression {
  const line = lineOf(node)
  switch (node.type) {
    case 'number':
      return { kind: 'literal', value: Number(node.text), line }
    case 'boolean':
      return { kind: 'literal', value: node.text === 'true', line }
    case 'null':
      return { kind: 'literal', value: null, line }
    case 'string':
      return { kind: 'text', parts: partsOf(node), line }
    case 'identifier':
    case 'primitive_type':
      return { kind: 'name', name: node.text, line }
    case 'parenthesized_expression':
      return readExpression(only(node))
    case 'array':
      return { kind: 'array', items: namedChildren(node).map(readExpression), line }
    case 'object':
      return readObject(node)
    case 'for_statement':
      return readLoop(node)
    case 'lambda_expression':
      return readLambda(node)
    default:
      return inwards(readOperation(node), node.child(0)?.type)
  }
}

function readOperation(node: Node): Expression {
  const line = lineOf(node)
  switch (node.type) {
    case 'member_expression':
      return {
        kind: 'member',
        object: part(node, 'object'),
        property: textOf(node, 'property'),
        isSafe: has(node, '.?'),
        line,
      }
    case 'subscript_expression':
      return { kind: 'index', object: part(node, 'object'), index: part(node, 'index'), isSafe: has(node, '?'), line }
    case 'resource_expression':
      return { kind: 'name', name: node.text, line }
    case 'call_expression':
      return {
        kind: 'call',
        callee: textOf(node, 'function'),
        inputs: namedChildren(field(node, 'arguments')).map(readExpression),
        line,
      }
    case 'unary_expression':
      return { kind: 'unary', operator: textOf(node, 'operator'), input: part(node, 'argument'), line }
    case 'binary_expression':
      return {
        kind: 'binary',
        operator: textOf(node, 'operator'),
        left: part(node, 'left'),
        right: part(node, 'right'),
        line,
      }
    case 'ternary_expression':
      return {
        kind: 'choice',
        when: part(node, 'condition'),
        yes: part(node, 'consequence'),
        no: part(node, 'alternative'),
        line,
      }
    default:
      throw new TypeError(`\`${node.text.split('\n')[0]}\` (${node.type}) is not known to this checker`)
  }
}

/**
 * The grammar takes `q => q.name` for `(q => q).name`, and `a ? b : c[d]` for `(a ? b : c)[d]`. What follows without
 * parentheses belongs to the last part.
 */
function inwards(read: Expression, first: string | undefined): Expression {
  if (first === 'parenthesized_expression') return read
  if (read.kind === 'member' || read.kind === 'index') return intoLast(read.object, (object) => ({ ...read, object }))
  if (read.kind === 'binary' && read.left.kind === 'lambda') return intoLast(read.left, (left) => ({ ...read, left }))
  if (read.kind === 'choice' && read.when.kind === 'lambda') return intoLast(read.when, (when) => ({ ...read, when }))
  return read
}

function intoLast(outer: Expression, apply: (last: Expression) => Expression): Expression {
  if (outer.kind === 'lambda') return { ...outer, body: intoLast(outer.body, apply) }
  if (outer.kind === 'choice') return { ...outer, no: intoLast(outer.no, apply) }
  if (outer.kind === 'binary') return { ...outer, right: intoLast(outer.right, apply) }
  if (outer.kind === 'unary') return { ...outer, input: intoLast(outer.input, apply) }
  return apply(outer)
}

export function readObject(node: Node): ObjectExpression {
  const properties = namedChildren(node)
    .filter((child) => child.type === 'object_property' && !isNestedResource(child))
    .map((property) => {
      const [key, value] = namedChildren(property)
      if (key === undefined || value === undefined)
        throw new TypeError('nested resources are not known to this checker')
      const line = lineOf(property)
      const name: Expression = key.type === 'string' ? readExpression(key) : { kind: 'text', parts: [key.text], line }
      return { key: name, value: readExpression(value), line }
    })
  return { kind: 'object', properties, line: lineOf(node) }
}

/** A resource that is written inside of its parent. */
export const isNestedResource = (property: Node): boolean =>
  namedChildren(property).some(({ type }) => type === 'resource_declaration')

export function readLoop(node: Node): LoopExpression {
  const body = field(node, 'body')
  const parameters = namedChildren(node).find((child) => child.type === 'for_loop_parameters')
  const single = node.childForFieldName('initializer')
  const [item, index] = parameters === undefined ? [single] : namedChildren(parameters)
  const source = namedChildren(node).find(({ id }) => id !== parameters?.id && id !== single?.id && id !== body.id)
  if (!item || !source) throw new TypeError('this loop is not known to this checker')
  const [condition, guarded] = body.type === 'if_statement' ? namedChildren(body) : [undefined, body]
  if (guarded === undefined) throw new TypeError('a condition without a body')
  return {
    kind: 'loop',
    line: lineOf(node),
    item: item.text,
    index: index?.text,
    source: readExpression(source),
    condition: condition && readExpression(condition),
    body: readExpression(guarded),
  }
}

function readLambda(node: Node): Expression {
  const [names, body] = namedChildren(node)
  if (names === undefined || body === undefined) throw new TypeError('a lambda without a body')
  const list = names.type === 'identifier' ? [names] : namedChildren(names)
  return { kind: 'lambda', names: list.map(({ text }) => text), body: readExpression(body), line: lineOf(node) }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', "'": "'", '\\': '\\', $: '$' }

function partsOf(node: Node): (string | Expression)[] {
  if (node.text.startsWith("'''")) return [node.text.slice(3, -3).replace(/^\n/, '')]
  return node.children.slice(1, -1).map((child) => {
    if (child.type === 'interpolation') return readExpression(only(child))
    return child.type === 'escape_sequence' ? (ESCAPES[child.text.slice(1)] ?? child.text) : child.text
  })
}

/** The text of a string without interpolations, such as a resource's type. */
export const plainText = (node: Node): string =>
  partsOf(node)
    .filter((part) => typeof part === 'string')
    .join('')

function field(node: Node, name: string): Node {
  const child = node.childForFieldName(name)
  if (child === null) throw new TypeError(`${node.type} without ${name}`)
  return child
}

function only(node: Node): Node {
  const [child] = namedChildren(node)
  if (child === undefined) throw new TypeError(`${node.type} is empty`)
  return child
}

const part = (node: Node, name: string): Expression => readExpression(field(node, name))
const textOf = (node: Node, name: string): string => field(node, name).text
const has = (node: Node, token: string): boolean => node.children.some(({ type }) => type === token)
