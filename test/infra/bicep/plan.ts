import { posix } from 'node:path'
import { evaluate, loop, type Surroundings } from './evaluate.ts'
import { readTemplate } from './read-template.ts'
import { runtimeProperty } from './runtime.ts'
import type { Declaration, Deployed, Finding, Output, Parameter, Template } from './syntax.ts'
import { typeProblem } from './types.ts'
import { asText, get, isObject, isSubject, type Properties, type Subject, Unknown, type Value } from './values.ts'

/** The files of the deployment by their paths from the root; nothing for what is not there. */
export type Files = (path: string) => string | undefined

/** One resource as it would be deployed. */
export interface Planned extends Subject {
  readonly symbol: string
  /** `Microsoft.KeyVault/vaults` */
  readonly type: string
  readonly version: string
  readonly file: string
  readonly line: number
  readonly isExisting: boolean
  readonly isDeployed: boolean
  readonly name: string
  readonly body: Properties
  readonly parent: Planned | undefined
  /** The resource that a role assignment, lock or diagnostic setting is about. */
  readonly scope: Planned | undefined
}

export interface Plan {
  readonly resources: readonly Planned[]
  readonly templates: readonly Template[]
  readonly outputs: Properties
  readonly findings: readonly Finding[]
}

interface Work {
  readonly files: Files
  readonly templates: Map<string, Template>
  readonly resources: Planned[]
  readonly findings: Finding[]
}

/** What `file` would deploy with these parameters; those not given have their defaults, or are unknown. */
export function planOf(file: string, files: Files, parameters: Properties = {}): Plan {
  const work: Work = { files, templates: new Map(), resources: [], findings: [] }
  const template = templateOf(work, file)
  const outputs = template === undefined ? {} : instantiate(work, template, parameters, 'main', true)
  if (template === undefined) work.findings.push({ file, line: 1, problem: 'there is no such file' })
  return {
    resources: work.resources,
    templates: [...work.templates.values()],
    outputs,
    findings: distinct(work.findings),
  }
}

function templateOf(work: Work, file: string): Template | undefined {
  const known = work.templates.get(file)
  if (known !== undefined) return known
  const text = work.files(file)
  if (text === undefined) return undefined
  const template = readTemplate(file, text)
  work.templates.set(file, template)
  work.findings.push(...template.problems)
  return template
}

/** Evaluates everything of one file, and gives its outputs. */
function instantiate(work: Work, template: Template, given: Properties, path: string, isDeployed: boolean): Properties {
  const { file, declarations } = template
  const named = declarations.filter((declaration) => declaration.kind !== 'output')
  const known = new Map<string, Value>()
  const open = new Set<string>()
  const around: Surroundings = {
    report: (line, problem) => work.findings.push({ file, line, problem }),
    load: (name) => work.files(posix.join(posix.dirname(file), name)),
    lookup(word) {
      const declaration =
        named.find(({ name }) => name === word) ?? named.find(({ name }) => name.endsWith(`::${word}`))
      if (declaration === undefined) return undefined
      const { name } = declaration
      if (known.has(name)) return known.get(name)
      if (open.has(name)) throw new TypeError(`${file}: ${name} needs itself`)
      open.add(name)
      const value = evaluated(declaration)
      known.set(name, value)
      return value
    },
  }
  function evaluated(declaration: Exclude<Declaration, Output>): Value {
    if (declaration.kind === 'param') return parameterOf(declaration, given[declaration.name], path, around)
    if (declaration.kind === 'var') return evaluate(declaration.value, around)
    return deployedOf(declaration, around, (inside) =>
      declaration.kind === 'resource'
        ? resourceOf(work, template, declaration, inside, isDeployed)
        : moduleOf(work, template, declaration, inside, `${path}/${declaration.name}`, isDeployed),
    )
  }
  for (const { name } of declarations) around.lookup(name)
  const outputs = declarations.filter((declaration) => declaration.kind === 'output')
  return Object.fromEntries(
    outputs.map(({ name, type, value: expression, line }) => {
      const value = evaluate(expression, around)
      const problem = typeProblem(value, type)
      if (problem !== undefined) around.report(line, `output ${name} ${problem}`)
      return [name, value]
    }),
  )
}

function parameterOf(
  { name, type, fallback, line, decorators }: Parameter,
  given: Value | undefined,
  path: string,
  around: Surroundings,
): Value {
  const value =
    given ??
    (fallback && evaluate(fallback, around)) ??
    (type.kind === 'nullable' ? null : new Unknown(`${path}.${name}`))
  const allowed = decorators.find((decorator) => decorator.name === 'allowed')?.inputs[0]
  const choices = allowed && evaluate(allowed, around)
  const problem =
    typeProblem(value, type) ??
    (Array.isArray(choices) && !(value instanceof Unknown) && !choices.includes(value)
      ? `may not be ${asText(value)}`
      : undefined)
  if (problem !== undefined) around.report(line, `param ${name} (in ${path}) ${problem}`)
  return value
}

function deployedOf(
  { loop: rounds, condition }: Deployed,
  around: Surroundings,
  make: (inside: Surroundings) => Value,
): Value {
  if (rounds === undefined) return make(around)
  return loop({ ...rounds, condition }, around).map(({ inside }) => make(inside))
}

function resourceOf(
  work: Work,
  { file }: Template,
  declared: Deployed,
  around: Surroundings,
  isInDeployed: boolean,
): Planned {
  const [type = '', version = ''] = declared.target.split('@')
  const body = evaluate(declared.body, around) as Properties
  const parent = asPlanned(body['parent'])
  const planned: Planned = {
    subject: declared.name,
    symbol: declared.name,
    type,
    version,
    file,
    line: declared.line,
    isExisting: declared.isExisting,
    isDeployed: isInDeployed && !declared.isExisting && isMet(declared, around),
    name: parent === undefined ? asText(body['name']) : `${parent.name}/${asText(body['name'])}`,
    body,
    parent,
    scope: asPlanned(body['scope']),
    property: (name) => runtimeProperty({ symbol: declared.name, type, name: planned.name, body }, name),
  }
  work.resources.push(planned)
  return planned
}

const asPlanned = (value: Value | undefined): Planned | undefined =>
  value !== undefined && isSubject(value) && 'version' in value ? (value as Planned) : undefined

const isMet = ({ condition, loop: rounds }: Deployed, around: Surroundings): boolean =>
  condition === undefined || rounds !== undefined || evaluate(condition, around) !== false

function moduleOf(
  work: Work,
  { file }: Template,
  declared: Deployed,
  around: Surroundings,
  path: string,
  isInDeployed: boolean,
): Subject {
  const target = templateOf(work, posix.join(posix.dirname(file), declared.target))
  const body = evaluate(declared.body, around) as Properties
  if (target === undefined) around.report(declared.line, `there is no module ${declared.target}`)
  const given = isObject(body['params']) ? body['params'] : {}
  if (target !== undefined)
    for (const problem of parameterProblems(target, given)) around.report(declared.line, problem)
  const outputs =
    target === undefined ? {} : instantiate(work, target, given, path, isInDeployed && isMet(declared, around))
  return {
    subject: declared.name,
    property: (name) => (name === 'outputs' ? outputs : (get(body, name) ?? new Unknown(`${declared.name}.${name}`))),
  }
}

/** A module is given what it needs, and nothing that it does not know. */
function parameterProblems({ file, declarations }: Template, given: Properties): string[] {
  const parameters = declarations.filter((declaration) => declaration.kind === 'param')
  const missing = parameters.filter(
    ({ name, fallback, type }) => !fallback && type.kind !== 'nullable' && !(name in given),
  )
  const strange = Object.keys(given).filter((name) => !parameters.some((parameter) => parameter.name === name))
  return [
    ...missing.map(({ name }) => `${file} is not given its param ${name}`),
    ...strange.map((name) => `${file} has no param ${name}`),
  ]
}

const distinct = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values(),
]
