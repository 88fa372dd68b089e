import type { Node } from 'web-tree-sitter'
import { lineOf, namedChildren, parse } from './grammar.ts'
import { isNestedResource, plainText, readExpression, readLoop, readObject } from './read-expression.ts'
import type {
  Declaration,
  Decorator,
  Deployed,
  Expression,
  Finding,
  ObjectExpression,
  Template,
  ValueType,
} from './syntax.ts'

const read = new Map<string, Template>()

/** Reads one Bicep file. What cannot be read is among its `problems`, and left out of its declarations. */
export function readTemplate(file: string, text: string): Template {
  const key = `${file}\n${text}`
  const template = read.get(key) ?? readText(file, text)
  read.set(key, template)
  return template
}

function readText(file: string, text: string): Template {
  const { root, extensions, problems } = parse(file, text)
  const found: Finding[] = [...problems]
  const declarations: Declaration[] = []
  let scope = 'resourceGroup'
  let decorators: Decorator[] = []
  for (const node of namedChildren(root).filter((child) => !child.isError)) {
    try {
      if (node.type === 'decorators') {
        decorators = namedChildren(node).map(readDecorator)
        continue
      }
      if (node.type === 'target_scope_assignment') scope = plainText(child(node, 'string'))
      else declarations.push(...readDeclaration(node, decorators))
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      if (!node.hasError) found.push({ file, line: lineOf(node), problem: error.message })
    }
    decorators = []
  }
  return { file, scope, extensions, declarations, problems: found }
}

function readDeclaration(node: Node, decorators: readonly Decorator[]): Declaration[] {
  const declared = { decorators, line: lineOf(node) }
  const children = namedChildren(node)
  const [name, second, third] = children
  switch (node.type) {
    case 'metadata_declaration':
      return []
    case 'parameter_declaration':
      return [
        {
          kind: 'param',
          name: text(name),
          type: readType(second),
          fallback: third && readExpression(third),
          ...declared,
        },
      ]
    case 'variable_declaration':
      return [{ kind: 'var', name: text(name), value: readExpression(needed(second)), ...declared }]
    case 'output_declaration':
      return [
        { kind: 'output', name: text(name), type: readType(second), value: readExpression(needed(third)), ...declared },
      ]
    case 'resource_declaration':
      return withNested(readDeployed(node, declared), node)
    case 'module_declaration':
      return [readDeployed(node, declared)]
    default:
      throw new TypeError(`${node.type} is not known to this checker`)
  }
}

/** The resources inside of one are told as others are: `account::tables`, with their parent and their whole type. */
function withNested(outer: Deployed, node: Node): Deployed[] {
  const body = namedChildren(node).find(({ type }) => type === 'object')
  const nested = (body === undefined ? [] : namedChildren(body)).filter(isNestedResource)
  return [outer, ...nested.flatMap((property) => innerOf(outer, property))]
}

function innerOf(outer: Deployed, property: Node): Deployed[] {
  const node = child(property, 'resource_declaration')
  const written = readDeployed(node, { decorators: [], line: lineOf(node) })
  const [type, version] = outer.target.split('@')
  const { line } = written
  const parent = { kind: 'name', name: outer.name, line } as const
  const inner = {
    ...written,
    name: `${outer.name}::${written.name}`,
    target: `${type}/${written.target}@${version}`,
    body: {
      ...written.body,
      properties: [
        ...written.body.properties,
        { key: { kind: 'text', parts: ['parent'], line }, value: parent, line } as const,
      ],
    },
  }
  return withNested(inner, node)
}

function readDeployed(node: Node, declared: Pick<Deployed, 'decorators' | 'line'>): Deployed {
  const kind = node.type === 'module_declaration' ? 'module' : 'resource'
  const isExisting = node.children.some(({ type }) => type === 'existing')
  const [name, target, body] = namedChildren(node)
  const same = { kind, name: text(name), target: plainText(needed(target)), isExisting, ...declared } as const
  const written = needed(body)
  if (written.type === 'for_statement') {
    const { body: each, condition, ...loop } = readLoop(written)
    return { ...same, loop, condition, body: asObject(each) }
  }
  if (written.type === 'if_statement') {
    const [condition, guarded] = namedChildren(written)
    return { ...same, loop: undefined, condition: readExpression(needed(condition)), body: readObject(needed(guarded)) }
  }
  return { ...same, loop: undefined, condition: undefined, body: readObject(written) }
}

function readDecorator(node: Node): Decorator {
  const call = readExpression(child(node, 'call_expression'))
  if (call.kind !== 'call') throw new TypeError('a decorator is a call')
  return { name: call.callee.replace(/^sys\./, ''), inputs: call.inputs }
}

function readType(node: Node | undefined): ValueType {
  if (node === undefined) throw new TypeError('a type is missing')
  const children = namedChildren(node)
  switch (node.type) {
    case 'type':
      return children.length === 0 ? simple(node.text) : readType(children[0])
    case 'array_type':
      return { kind: 'array', of: readType(children[0]) }
    case 'nullable_type':
      return { kind: 'nullable', of: readType(children[0]) }
    case 'union_type':
      return {
        kind: 'one-of',
        values: children.map((value) => (value.type === 'string' ? plainText(value) : Number(value.text))),
      }
    case 'object':
      return { kind: 'record', fields: new Map(children.map(readField)) }
    case 'string':
      return { kind: 'one-of', values: [plainText(node)] }
    default:
      return simple(node.text)
  }
}

function readField(property: Node): [string, ValueType] {
  const [key, type] = namedChildren(property)
  return [text(key), readType(type)]
}

function simple(name: string): ValueType {
  if (name === 'array') return { kind: 'array', of: { kind: 'any' } }
  if (name === 'string' || name === 'int' || name === 'bool' || name === 'object') return { kind: name }
  return { kind: 'any' }
}

function child(node: Node, type: string): Node {
  return needed(namedChildren(node).find((candidate) => candidate.type === type))
}

function needed(node: Node | undefined): Node {
  if (node === undefined) throw new TypeError('a part is missing')
  return node
}

function asObject(written: Expression): ObjectExpression {
  if (written.kind !== 'object') throw new TypeError('a resource is an object')
  return written
}

const text = (node: Node | undefined): string => needed(node).text
