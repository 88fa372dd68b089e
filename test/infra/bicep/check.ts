import { type Files, type Plan, type Planned, planOf } from './plan.ts'
import { RESOURCE_TYPES } from './resource-types.ts'
import { shapeProblems } from './shape.ts'
import { symbolProblems } from './symbols.ts'
import type { Finding } from './syntax.ts'
import { isObject } from './values.ts'
import { variants } from './variants.ts'

/** Entra knows these by other properties. */
const NAMELESS = new Set(
  ['applications', 'servicePrincipals', 'appRoleAssignedTo', 'oauth2PermissionGrants'].map(
    (kind) => `Microsoft.Graph/${kind}`,
  ),
)

/** Properties that Bicep itself knows and does not send. */
const OF_BICEP = ['scope', 'parent', 'dependsOn', 'name']

/** Everything that is wrong with a deployment, with its default parameters and with each of them another way. */
export function check(file: string, files: Files): Finding[] {
  const plan = planOf(file, files)
  const plans = [plan, ...variants(plan, file).map((parameters) => planOf(file, files, parameters))]
  const findings = [
    ...plans.flatMap((each) => each.findings),
    ...plan.templates.flatMap(symbolProblems),
    ...plans.flatMap((each) => each.resources.flatMap(resourceProblems)),
    ...plans.flatMap(twins),
  ]
  const distinct = new Map(findings.map((finding) => [`${finding.file}:${finding.line} ${finding.problem}`, finding]))
  return [...distinct.values()].sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
}

export const toLine = ({ file, line, problem }: Finding): string => `${file}:${line} ${problem}`

function resourceProblems({ type, version, file, line, body, symbol, isExisting, parent }: Planned): Finding[] {
  const known = RESOURCE_TYPES[type]
  const say = (problem: string): Finding => ({ file, line, problem: `${symbol}: ${problem}` })
  if (known === undefined) return [say(`${type} is not known to this checker`)]
  const { versions, shape, within, pattern } = known
  const name = body['name']
  const sent = Object.fromEntries(Object.entries(body).filter(([property]) => !OF_BICEP.includes(property)))
  return [
    ...(versions.includes(version)
      ? []
      : [say(`${type}@${version} is not known to this checker: ${versions.join(', ')} is`)]),
    ...(name === undefined && !NAMELESS.has(type) ? [say('name is missing')] : []),
    ...(typeof name === 'string' && pattern !== undefined && !name.includes('{') && !pattern.test(name)
      ? [say(`its name ${name} is not ${pattern.source}`)]
      : []),
    ...(parent !== undefined && parent.type !== within ? [say(`its parent is a ${parent.type}, not a ${within}`)] : []),
    ...(isExisting ? [] : shapeProblems(isObject(sent) ? sent : {}, shape).map(say)),
  ]
}

/** Two resources of one name would be one resource. */
function twins({ resources }: Plan): Finding[] {
  const key = ({ type, name, scope }: Planned) => `${type} ${name} ${scope?.type} ${scope?.name}`
  const made = resources.filter(({ isDeployed, name }) => isDeployed && !name.includes('{'))
  const again = made.filter((one, at) => made.findIndex((other) => key(other) === key(one)) < at)
  return again.map(({ file, line, symbol, name }) => ({
    file,
    line,
    problem: `${symbol}: another one is called ${name}`,
  }))
}
