import type { HostedFunction, HttpTrigger } from './triggers.ts'

type HttpFunction = HostedFunction<HttpTrigger>

interface Route {
  readonly hosted: HttpFunction
  readonly pattern: RegExp
  readonly names: readonly string[]
}

export interface RouteMatch {
  hosted: HttpFunction
  params: Record<string, string>
}

/** Route constraints that say what a segment may hold. A template with another one is an error. */
const CONSTRAINTS: Record<string, string> = {
  int: '-?\\d+',
  long: '-?\\d+',
  guid: '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}',
  alpha: '[a-z]+',
}

/**
 * The routes of an app by the names of their functions, of which the first one is taken, however much it leaves open: Azure
 * does not do what ASP.NET does. A method that no route of the path takes is "not found".
 * @see https://github.com/Azure/azure-functions-host/issues/9876
 */
export function createRouter(functions: readonly HttpFunction[], routePrefix: string) {
  const routes = functions
    .toSorted((left, right) => compareNames(left.name.toUpperCase(), right.name.toUpperCase()))
    .map((hosted) => compile(hosted, routePrefix))

  return (method: string, path: string): RouteMatch | undefined => {
    for (const route of routes) {
      const match = route.hosted.trigger.methods.includes(method) ? route.pattern.exec(path) : null
      if (match !== null) return { hosted: route.hosted, params: paramsOf(route.names, match) }
    }
    return undefined
  }
}

/** By code units, which no locale changes. */
const compareNames = (left: string, right: string): number => Number(left > right) - Number(left < right)

/** The path template of a function, prefix included, without a slash at either end. */
export function routeTemplate({ name, trigger }: Pick<HttpFunction, 'name' | 'trigger'>, routePrefix: string): string {
  return [routePrefix, trigger.route ?? name]
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/')
}

function compile(hosted: HttpFunction, routePrefix: string): Route {
  const segments = routeTemplate(hosted, routePrefix).split('/').map(compileSegment)
  const source = segments.map((segment) => segment.source).join('')
  return {
    hosted,
    pattern: new RegExp(`^${source}/?$`, 'i'),
    names: segments.flatMap((segment) => segment.names),
  }
}

/** A segment is literal text around any number of parameters: `{id}`, `{id:int}`, `{id?}`, `{*rest}`. */
function compileSegment(segment: string) {
  const parts = segment.split(/(\{[^}]*\})/).filter(Boolean)
  const compiled = parts.map((part) => (part.startsWith('{') ? compileParameter(part) : literal(part)))
  const [only] = compiled
  const inner = compiled.map((part) => part.source).join('')
  const names = compiled.flatMap((part) => part.names)
  const isAbsentAllowed = compiled.length === 1 && only?.isOptional === true
  return { source: isAbsentAllowed ? `(?:/${inner})?` : `/${inner}`, names }
}

const literal = (text: string) => ({
  source: text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  names: [],
  isOptional: false,
})

function compileParameter(text: string) {
  const { wildcard, name, constraint, optional } =
    /^\{(?<wildcard>\*{0,2})(?<name>\w+)(?::(?<constraint>\w+))?(?<optional>\??)\}$/.exec(text)?.groups ?? {}
  if (name === undefined) throw new Error(`route parameter ${text} is not understood`)
  if (wildcard) return { source: '(.*)', names: [name], isOptional: true }
  const values = constraint === undefined ? '[^/]+' : CONSTRAINTS[constraint]
  if (values === undefined) throw new Error(`route constraint "${constraint}" is not available locally`)
  return { source: `(${values})`, names: [name], isOptional: optional === '?' }
}

function paramsOf(names: readonly string[], match: RegExpExecArray): Record<string, string> {
  const found = names.map((name, index) => [name, match[index + 1]] as const)
  return Object.fromEntries(found.flatMap(([name, value]) => (value ? [[name, decode(value)]] : [])))
}

/** ASP.NET decodes a path once, leaves an encoded slash as it is, and keeps what is not valid percent-encoding. */
const decode = (value: string): string =>
  value
    .split(/(%2f)/i)
    .map((part) => (/^%2f$/i.test(part) ? part : decodePart(part)))
    .join('')

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}
