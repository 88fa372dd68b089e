import type { Plan } from './plan.ts'
import type { Expression, Parameter } from './syntax.ts'
import { asUuid, type Properties, type Value } from './values.ts'

/** Parameters that differ from the defaults of the first file in one, so that every branch is deployed by one of them. */
export function variants({ templates }: Plan, file: string): Properties[] {
  const declarations = templates.find((template) => template.file === file)?.declarations ?? []
  return declarations.flatMap((declaration) =>
    declaration.kind === 'param' ? otherwise(declaration).map((value) => ({ [declaration.name]: value })) : [],
  )
}

function otherwise({ name, fallback, decorators }: Parameter): Value[] {
  const allowed = decorators.find((decorator) => decorator.name === 'allowed')?.inputs[0]
  if (allowed?.kind === 'array') return allowed.items.map(plain)
  if (fallback?.kind === 'literal' && typeof fallback.value === 'boolean') return [!fallback.value]
  if (fallback?.kind === 'array' && fallback.items.length === 0) return [[sample(name)]]
  return fallback?.kind === 'text' && fallback.parts.length === 0 ? [sample(name)] : []
}

const plain = (expression: Expression): Value => {
  if (expression.kind === 'literal') return expression.value
  return expression.kind === 'text' ? expression.parts.filter((part) => typeof part === 'string').join('') : null
}

/** Something for a parameter that is empty by default. */
function sample(name: string): Value {
  if (/url/i.test(name)) return 'https://sync.example.org'
  if (/mail/i.test(name)) return 'operator@example.org'
  return /address/i.test(name) ? '203.0.113.7' : asUuid(name)
}
