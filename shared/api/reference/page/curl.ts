import type { Operation } from '../document.ts'
import type { Parameter } from '../parameters.ts'
import type { Place } from './operation-view.ts'

/** A request as one would type it into a shell. */
export function curlOf({ parameters, requestBody, security }: Operation, { method, path, server }: Place): string {
  const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.required)
  const search = new URLSearchParams(query.map((parameter) => [parameter.name, exampleOf(parameter)]))
  const address = `${server}${filled(path, parameters)}${search.size === 0 ? '' : `?${decodeURIComponent(search.toString())}`}`
  const body = requestBody?.content['application/json'].example
  return [
    `curl -i ${method === 'GET' ? '' : `-X ${method} `}'${address}'`,
    ...(security.length > 0 ? [`-H 'Authorization: Bearer ACCESS_TOKEN'`] : []),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body, undefined, 2)}'`]),
  ].join(' \\\n  ')
}

const filled = (path: string, parameters: readonly Parameter[]): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name)
    return parameter === undefined ? name : exampleOf(parameter)
  })

const exampleOf = ({ name, schema }: Parameter): string => {
  const [example] = (schema.examples as unknown[] | undefined) ?? []
  return example === undefined ? name.toUpperCase() : String(example)
}
