import {
  asText,
  asUnique,
  asUuid,
  isObject,
  isSubject,
  type Lambda,
  type Properties,
  Unknown,
  type Value,
} from './values.ts'

const SUBSCRIPTION = '00000000-0000-4000-8000-00000000000a'
const TENANT = '00000000-0000-4000-8000-00000000000b'
const GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/group`

/** What a deployment knows of where it runs; the ids are made up. */
const SURROUNDINGS: Readonly<Record<string, Properties>> = {
  subscription: {
    id: `/subscriptions/${SUBSCRIPTION}`,
    subscriptionId: SUBSCRIPTION,
    tenantId: TENANT,
    displayName: 'subscription',
  },
  resourceGroup: { id: GROUP_ID, name: 'group', location: 'northeurope' },
  tenant: { tenantId: TENANT },
  deployment: { name: 'deployment' },
  deployer: { objectId: asUuid('deployer'), tenantId: TENANT },
  environment: {
    name: 'AzureCloud',
    authentication: { loginEndpoint: 'https://login.microsoftonline.com/' },
    suffixes: { storage: 'core.windows.net', keyvaultDns: '.vault.azure.net' },
    resourceManager: 'https://management.azure.com/',
    portal: 'https://portal.azure.com',
  },
}

const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : [])
const object = (value: Value | undefined): Properties => (isObject(value) ? value : {})
const lambda = (value: Value | undefined): Lambda => (typeof value === 'function' ? value : () => null)
const same = (one: Value | undefined, other: Value | undefined): boolean => asText(one) === asText(other)

function isEmpty(value: Value | undefined): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.keys(value).length === 0
}

function contains(within: Value | undefined, wanted: Value | undefined): boolean {
  if (typeof within === 'string') return within.includes(asText(wanted))
  if (Array.isArray(within)) return within.some((item) => same(item, wanted))
  return Object.keys(object(within)).some((key) => key.toLowerCase() === asText(wanted).toLowerCase())
}

function union(...inputs: Value[]): Value {
  if (inputs.every(isObject)) return inputs.reduce<Properties>((all, one) => merged(all, one), {})
  return inputs.flatMap(list).filter((item, at, all) => all.findIndex((other) => same(item, other)) === at)
}

function merged(one: Properties, other: Properties): Properties {
  const all = { ...one }
  for (const [key, value] of Object.entries(other)) {
    const known = all[key]
    all[key] = isObject(known) && isObject(value) ? merged(known, value) : value
  }
  return all
}

const format = (text: Value | undefined, ...inputs: Value[]): string =>
  asText(text).replace(/\{(\d+)\}/g, (_, at: string) => asText(inputs[Number(at)]))

/** `provider/type/child` with names between, as an id of a resource is written. */
function resourceId(prefix: string, ...inputs: Value[]): string {
  const at = inputs.findIndex((input) => asText(input).includes('/'))
  const [provider = '', ...types] = asText(inputs[at]).split('/')
  const names = inputs.slice(at + 1).map(asText)
  return `${prefix}/providers/${provider}/${types.map((type, index) => `${type}/${names[index] ?? ''}`).join('/')}`
}

type Known = (...inputs: Value[]) => Value

/** The functions our files use. One that is not here is a finding. @see Bicep functions, learn.microsoft.com */
export const FUNCTIONS: Readonly<Record<string, Known>> = {
  ...Object.fromEntries(Object.entries(SURROUNDINGS).map(([name, value]) => [name, () => value])),
  any: (value = null) => value,
  array: (value = null) => (Array.isArray(value) ? value : [value]),
  base64: (value) => Buffer.from(asText(value)).toString('base64'),
  bool: (value) => asText(value).toLowerCase() === 'true',
  concat: (...inputs) => (inputs.some(Array.isArray) ? inputs.flatMap(list) : inputs.map(asText).join('')),
  contains,
  empty: isEmpty,
  endsWith: (text, end) => asText(text).endsWith(asText(end)),
  extensionResourceId: (id = '', ...inputs) => resourceId(asText(id), ...inputs),
  filter: (items, test) => list(items).filter((item) => lambda(test)(item) === true),
  first: (value) => (typeof value === 'string' ? (value[0] ?? '') : (list(value)[0] ?? null)),
  flatten: (items) => list(items).flatMap(list),
  format,
  guid: (...inputs) => asUuid(...inputs.map(asText)),
  int: (value) => Number(asText(value)),
  items: (value) =>
    Object.keys(object(value))
      .sort()
      .map((key) => ({ key, value: object(value)[key] ?? null })),
  join: (items, between) => list(items).map(asText).join(asText(between)),
  json: (text) => JSON.parse(asText(text)),
  last: (value) => list(value).at(-1) ?? null,
  length: (value) =>
    typeof value === 'string' ? value.length : list(value).length || Object.keys(object(value)).length,
  map: (items, make) => list(items).map((item, index) => lambda(make)(item, index)),
  max: (...inputs) => Math.max(...inputs.flat().map(Number)),
  min: (...inputs) => Math.min(...inputs.flat().map(Number)),
  newGuid: () => asUuid('new'),
  objectKeys: (value) => Object.keys(object(value)),
  padLeft: (value, length, filler = ' ') => asText(value).padStart(Number(length), asText(filler)),
  range: (start, count) => Array.from({ length: Number(count) }, (_, index) => Number(start) + index),
  reduce: (items, start = null, step) => list(items).reduce((sum, item) => lambda(step)(sum, item), start),
  replace: (text, old, by) => asText(text).replaceAll(asText(old), asText(by)),
  resourceId: (...inputs) => resourceId(GROUP_ID, ...inputs),
  shallowMerge: (items) => Object.assign({}, ...list(items)),
  split: (text, between) => asText(text).split(asText(between)),
  startsWith: (text, start) => asText(text).startsWith(asText(start)),
  string: (value) => asText(value),
  subscriptionResourceId: (...inputs) => resourceId(`/subscriptions/${SUBSCRIPTION}`, ...inputs),
  substring: (text, start, length) =>
    asText(text).slice(Number(start), length === undefined ? undefined : Number(start) + Number(length)),
  take: (value, count) =>
    typeof value === 'string' ? value.slice(0, Number(count)) : list(value).slice(0, Number(count)),
  toLower: (text) => asText(text).toLowerCase(),
  toObject: (items, key, value) =>
    Object.fromEntries(
      list(items).map((item) => [asText(lambda(key)(item)), value === undefined ? item : lambda(value)(item)]),
    ),
  toUpper: (text) => asText(text).toUpperCase(),
  trim: (text) => asText(text).trim(),
  union,
  uniqueString: (...inputs) => asUnique(...inputs.map(asText)),
  uri: (base, path) => new URL(asText(path), asText(base)).href,
  uriComponent: (text) => encodeURIComponent(asText(text)),
  utcNow: (pattern) => (pattern === undefined ? '2026-01-01T00:00:00Z' : '2026-01-01'),
}

/** Read from files beside the template, so the evaluation knows them and not this table. */
export const LOADING = ['loadJsonContent', 'loadTextContent'] as const

/** Makes a text of anything, also of what is unknown. */
const TEXTUAL = new Set([
  'guid',
  'uniqueString',
  'format',
  'resourceId',
  'subscriptionResourceId',
  'extensionResourceId',
  'any',
  'string',
])

export function call(name: string, inputs: Value[]): Value {
  const known = FUNCTIONS[name]
  const unknown = inputs.find((input) => input instanceof Unknown)
  if (known === undefined || (unknown !== undefined && !TEXTUAL.has(name)))
    return new Unknown(`${name}(${inputs.map(label).join(', ')})`)
  return known(...inputs)
}

const label = (input: Value): string =>
  input instanceof Unknown ? input.text : isSubject(input) ? input.subject : asText(input)
