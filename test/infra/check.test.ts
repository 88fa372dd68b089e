import { expect, test } from 'vitest'
import { check, toLine } from './bicep/check.ts'
import { DEPLOYMENTS, onDisk } from './bicep/files.ts'
import { planOf } from './bicep/plan.ts'

const lines = (main: string, others: Readonly<Record<string, string>> = {}): string[] =>
  check('main.bicep', (path) => (path === 'main.bicep' ? main : others[path])).map(toLine)

const STORAGE = "'Microsoft.Storage/storageAccounts@2025-01-01'"
const account = (properties: string) =>
  `resource a ${STORAGE} = {\n  name: 'storage1'\n  location: 'denmarkeast'\n  kind: 'StorageV2'\n${properties}\n}`

test('the files of the deployment have nothing wrong with them', () => {
  expect(DEPLOYMENTS.flatMap((file) => check(file, onDisk)).map(toLine)).toEqual([])
})

test.each([
  [
    'a file that cannot be read',
    "var a = {\n  b: 'c'\noutput d string = a.b",
    expect.arrayContaining([expect.stringMatching(/^main.bicep:\d syntax: /)]),
  ],
  ['a name that nothing has', 'output a string = b', ['main.bicep:1 nothing is called b']],
  ['a parameter that nothing uses', 'param a string', ['main.bicep:1 param a is not used']],
  [
    'a function that is not known',
    "output a string = guess('b')",
    ['main.bicep:1 the function guess is not known to this checker'],
  ],
  [
    'a property that is not there',
    "var a = { b: 'c' }\noutput d string = a.e",
    ['main.bicep:2 `e` is not there: known are b'],
  ],
  [
    'a file that is not there',
    "output a array = loadJsonContent('b.json')",
    ['main.bicep:1 loadJsonContent: there is no file b.json'],
  ],
  [
    'a value of another type',
    'param a int = 5\noutput b string = a',
    ['main.bicep:2 output b has to be string, and is int'],
  ],
  [
    'a value that is not allowed',
    "@allowed(['a'])\nparam b string = 'c'\noutput d string = b",
    ['main.bicep:2 param b (in main) may not be c'],
  ],
  [
    'a property that a resource has not',
    account("  sku: { name: 'Standard_ZRS', size: 1 }"),
    ['main.bicep:1 a: sku.size is not known'],
  ],
  ['a property that is missing', account(''), ['main.bicep:1 a: sku is missing']],
  [
    'a word that Azure does not take',
    account("  sku: { name: 'Standard_XRS' }"),
    [expect.stringContaining('a: sku.name is one of Standard_LRS')],
  ],
  [
    'a value of a property of another type',
    account("  sku: { name: 'Standard_ZRS' }\n  properties: { allowSharedKeyAccess: 'no' }"),
    ['main.bicep:1 a: properties.allowSharedKeyAccess has to be bool, and is no'],
  ],
  [
    'a name that Azure does not take',
    account("  sku: { name: 'Standard_ZRS' }").replace("'storage1'", "'Storage-1'"),
    ['main.bicep:1 a: its name Storage-1 is not ^[a-z0-9]{3,24}$'],
  ],
  [
    'a version nobody has looked up',
    account("  sku: { name: 'Standard_ZRS' }").replace('2025-01-01', '1999-01-01'),
    [expect.stringContaining('storageAccounts@1999-01-01 is not known to this checker')],
  ],
])('%s is found', (_, main, expected) => {
  expect(lines(main)).toEqual(expected)
})

const CHILD = 'param a string\nparam b int = 1\noutput c string = a\noutput d int = b'

test.each([
  ['a parameter that is missing', 'params: {}', 'c', ['main.bicep:1 child.bicep is not given its param a']],
  ['a parameter that is not known', "params: { a: 'x', z: 1 }", 'c', ['main.bicep:1 child.bicep has no param z']],
  [
    'a parameter of another type',
    'params: { a: 1 }',
    'd',
    expect.arrayContaining(['child.bicep:1 param a (in main/m) has to be string, and is int']),
  ],
  ['an output that is not there', "params: { a: 'x' }", 'e', ['main.bicep:2 `e` is not there: known are c, d']],
])('%s of a module is found', (_, params, output, expected) => {
  const main = `module m 'child.bicep' = { ${params} }\noutput o ${output === 'd' ? 'int' : 'string'} = m.outputs.${output}`
  expect(lines(main, { 'child.bicep': CHILD })).toEqual(expected)
})

test('loops, files, lambdas and resources within resources are told as data', () => {
  const main = `
var queues = loadJsonContent('queues.json').queues
resource space 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: 'space-\${join(map(queues, queue => queue.name), '-')}'
  location: 'denmarkeast'
  sku: { name: 'Standard' }
  resource queue 'queues' = [for (queue, index) in queues: if (queue.on) {
    name: queue.name
    properties: { maxDeliveryCount: index == 0 ? queue.tries : 3 }
  }]
}`
  const files = (path: string) =>
    path === 'main.bicep'
      ? main
      : '{"queues":[{"name":"one","on":true,"tries":10},{"name":"two","on":false,"tries":10}]}'
  const { resources, findings } = planOf('main.bicep', files)
  expect(findings).toEqual([])
  expect(resources.map(({ type, name, body }) => [type, name, body['properties']])).toEqual([
    ['Microsoft.ServiceBus/namespaces', 'space-one-two', undefined],
    ['Microsoft.ServiceBus/namespaces/queues', 'space-one-two/one', { maxDeliveryCount: 10 }],
  ])
})
