import { FUNCTIONS, LOADING } from './functions.ts'
import type { Declaration, Expression, Finding, Template } from './syntax.ts'

interface Use {
  readonly name: string
  readonly line: number
  readonly isCall: boolean
}

/** Names that nothing declares, and declarations that nothing uses. */
export function symbolProblems({ file, declarations }: Template): Finding[] {
  const uses = declarations.flatMap((declaration) =>
    usesOf(declaration).map((use) => ({ ...use, beside: besideOf(declaration) })),
  )
  const named = declarations.filter(({ kind }) => kind !== 'output')
  return [
    ...uses
      .filter((use) => !isKnown(use, named))
      .map(({ name, line, isCall }) => ({
        file,
        line,
        problem: isCall ? `the function ${name} is not known to this checker` : `nothing is called ${name}`,
      })),
    ...named
      .filter((declaration) => isForUse(declaration) && !uses.some(({ name }) => name === declaration.name))
      .map(({ kind, name, line }) => ({ file, line, problem: `${kind} ${name} is not used` })),
    ...repeated(named).map(({ name, line }) => ({ file, line, problem: `${name} is declared twice` })),
  ]
}

const KNOWN_FUNCTIONS = new Set<string>([...Object.keys(FUNCTIONS), ...LOADING])

/** What is written inside of a resource sees what else is written there. */
const besideOf = ({ name }: Declaration): string => /^(.*::)?/.exec(name)?.[0] ?? ''

const isKnown = ({ name, isCall, beside }: Use & { beside: string }, named: readonly Declaration[]): boolean =>
  isCall
    ? KNOWN_FUNCTIONS.has(name.replace(/^(sys|az)\./, ''))
    : named.some((declaration) => declaration.name === name || declaration.name === beside + name)

/** What is deployed is its own purpose; everything else is there to be used. */
const isForUse = (declaration: Declaration): boolean =>
  declaration.kind === 'param' ||
  declaration.kind === 'var' ||
  (declaration.kind === 'resource' && declaration.isExisting)

const repeated = (named: readonly Declaration[]): Declaration[] =>
  named.filter(({ name }, at) => named.findIndex((other) => other.name === name) < at)

function usesOf(declaration: Declaration): Use[] {
  const decorating = declaration.decorators.flatMap(({ inputs }) => inputs.flatMap((input) => walk(input, new Set())))
  return [...decorating, ...ownUses(declaration)]
}

function ownUses(declaration: Declaration): Use[] {
  if (declaration.kind === 'param')
    return declaration.fallback === undefined ? [] : walk(declaration.fallback, new Set())
  if (declaration.kind === 'var' || declaration.kind === 'output') return walk(declaration.value, new Set())
  const { loop, condition, body } = declaration
  const inner = new Set(loop === undefined ? [] : [loop.item, ...(loop.index === undefined ? [] : [loop.index])])
  return [
    ...(loop === undefined ? [] : walk(loop.source, new Set())),
    ...(condition === undefined ? [] : walk(condition, inner)),
    ...walk(body, inner),
  ]
}

/** The names that an expression needs from outside of itself. */
function walk(expression: Expression, own: ReadonlySet<string>): Use[] {
  const each = (...inner: (Expression | undefined)[]): Use[] =>
    inner.flatMap((one) => (one === undefined ? [] : walk(one, own)))
  switch (expression.kind) {
    case 'literal':
      return []
    case 'text':
      return each(...expression.parts.filter((part) => typeof part !== 'string'))
    case 'name':
      return own.has(expression.name) ? [] : [{ name: expression.name, line: expression.line, isCall: false }]
    case 'member':
      return each(expression.object)
    case 'index':
      return each(expression.object, expression.index)
    case 'call':
      return [{ name: expression.callee, line: expression.line, isCall: true }, ...each(...expression.inputs)]
    case 'object':
      return expression.properties.flatMap(({ key, value }) => each(key, value))
    case 'array':
      return each(...expression.items)
    case 'unary':
      return each(expression.input)
    case 'binary':
      return each(expression.left, expression.right)
    case 'choice':
      return each(expression.when, expression.yes, expression.no)
    case 'lambda':
      return walk(expression.body, new Set([...own, ...expression.names]))
    case 'loop': {
      const inner = new Set([...own, expression.item, ...(expression.index === undefined ? [] : [expression.index])])
      const guarded = expression.condition === undefined ? [] : walk(expression.condition, inner)
      return [...each(expression.source), ...guarded, ...walk(expression.body, inner)]
    }
  }
}
