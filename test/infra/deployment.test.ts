import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { onDisk } from './bicep/files.ts'
import { planOf } from './bicep/plan.ts'
import { readTemplate } from './bicep/read-template.ts'
import { get, type Properties } from './bicep/values.ts'

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const plan = planOf('infra/main.bicep', onDisk, { environmentName: 'production' })
const app = plan.resources.find(({ type }) => type === 'Microsoft.Web/sites')

const only = (properties: object, required: string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})
const shell = only({ shell: { enum: ['sh', 'pwsh'] }, run: { type: 'string' } }, ['shell', 'run'])
const hook = only({ posix: shell, windows: shell }, ['posix', 'windows'])

/** The part of azd's schema that we use. @see schemas/v1.0/azure.yaml.json of Azure/azure-dev */
const AZD = only(
  {
    name: { type: 'string', minLength: 2, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
    infra: only({ provider: { const: 'bicep' }, path: { type: 'string' }, module: { type: 'string' } }),
    services: {
      type: 'object',
      minProperties: 1,
      additionalProperties: only(
        {
          project: { type: 'string' },
          host: { const: 'function' },
          language: { enum: ['js', 'ts'] },
          dist: { type: 'string' },
          remoteBuild: { type: 'boolean' },
          hooks: only({ prebuild: hook, prepackage: hook, postpackage: hook, predeploy: hook, postdeploy: hook }),
        },
        ['project', 'host', 'language'],
      ),
    },
  },
  ['name', 'services'],
)

test('azure.yaml is what azd reads, and names the function app by its tag', () => {
  const azure = parse(readFileSync('azure.yaml', 'utf8'))
  const validate = new Ajv({ allErrors: true }).compile(AZD)
  expect(validate(azure) ? [] : validate.errors).toEqual([])
  expect(Object.keys(azure.services)).toEqual([get(app?.body, 'tags', 'azd-service-name')])
  expect(onDisk(`${azure.infra.path}/${azure.infra.module}.bicep`)).toBeDefined()
})

test('what azd deploys is where its hook puts it, and where `npm run build`, which azd runs after the hook, removes nothing', () => {
  const { services } = parse(readFileSync('azure.yaml', 'utf8'))
  const { dist, hooks } = services.sync
  for (const { run } of Object.values<{ run: string }>(hooks.prepackage))
    expect(run.trim()).toMatch(new RegExp(` ${dist}$`))
  expect(dist.split('/')).not.toContain('dist')
  // unzip makes the last folder of a path and no other.
  expect(hooks.prepackage.posix.run).toContain(`mkdir -p ${dist} && unzip `)
})

test('azd gives main.bicep every parameter it needs, and none that it does not know', () => {
  const text = readFileSync('infra/main.bicepparam', 'utf8')
  const given = [...text.matchAll(/^param (\w+) = /gm)].map(([, name = '']) => name)
  const { declarations } = readTemplate('infra/main.bicep', readFileSync('infra/main.bicep', 'utf8'))
  const parameters = declarations.filter((declaration) => declaration.kind === 'param')
  expect(text).toMatch(/^using '\.\/main\.bicep'$/m)
  expect(given.filter((name) => !parameters.some((parameter) => parameter.name === name))).toEqual([])
  expect(parameters.filter(({ name, fallback }) => fallback === undefined && !given.includes(name))).toEqual([])
})

test('the host finds the functions where package.json says, with a bundle of extensions that has Service Bus', () => {
  expect(json('package.json')).toMatchObject({ type: 'module', main: 'dist/functions/*.js' })
  expect(json('host.json')).toMatchObject({
    version: '2.0',
    extensions: { http: { routePrefix: '' } },
    extensionBundle: {
      id: 'Microsoft.Azure.Functions.ExtensionBundle',
      version: expect.stringMatching(/^\[4\.\*, 5\.0\.0\)$/),
    },
  })
})

test('Azure runs a version of Node that our tests run on', () => {
  const { jobs } = parse(readFileSync('.github/workflows/ci.yml', 'utf8'))
  const runtime = get(app?.body, 'properties', 'functionAppConfig', 'runtime')
  expect(runtime).toEqual({ name: 'node', version: expect.any(String) })
  expect(jobs.test.strategy.matrix.node).toContain(Number(get(runtime, 'version')))
})

test('data rests in Denmark, and only the app, its network, its host storage and its telemetry are elsewhere', () => {
  const places = new Map(
    plan.resources
      .filter(({ isDeployed }) => isDeployed)
      .map(({ type, name, body }) => [`${type} ${name}`, body['location']]),
  )
  const elsewhere = [...places].filter(
    ([, place]) => place !== undefined && place !== 'denmarkeast' && place !== 'global',
  )
  expect([...new Set(elsewhere.map(([resource]) => resource.split(' ')[0]))].sort()).toEqual([
    'Microsoft.Insights/components',
    'Microsoft.Insights/scheduledQueryRules',
    'Microsoft.Insights/webtests',
    'Microsoft.Insights/workbooks',
    'Microsoft.ManagedIdentity/userAssignedIdentities',
    'Microsoft.Network/virtualNetworks',
    'Microsoft.OperationalInsights/workspaces',
    'Microsoft.Storage/storageAccounts',
    'Microsoft.Web/serverfarms',
    'Microsoft.Web/sites',
  ])
  expect(elsewhere.filter(([resource]) => resource.startsWith('Microsoft.Storage/'))).toEqual([
    [expect.stringMatching(/ sthost\w+$/), 'northeurope'],
  ])
  const data = plan.resources.filter(
    ({ type, name, isDeployed }) =>
      isDeployed && type === 'Microsoft.Storage/storageAccounts' && /^st(data|back)/.test(name),
  )
  expect(data.map(({ body }) => body['location'])).toEqual(['denmarkeast', 'denmarkeast'])
})

test('a policy keeps backups as they are for 28 days, and nothing of one is left after 30', () => {
  const inBackups = (type: string) =>
    plan.resources.find((each) => each.type.endsWith(type) && each.name.startsWith('stback'))?.body
  const kept = get(inBackups('/immutabilityPolicies'), 'properties', 'immutabilityPeriodSinceCreationInDays')
  const text = JSON.stringify(inBackups('/managementPolicies'))
  expect(text).toContain(`"baseBlob":{"delete":{"daysAfterCreationGreaterThan":${kept}}}`)
  expect(kept).toBe(28)
  expect(get(inBackups('/blobServices'), 'properties', 'deleteRetentionPolicy')).toEqual({ enabled: false })
})

test('of what the host writes all day, and of releases, no old version is kept for good', () => {
  const ofHost = (type: string) =>
    plan.resources.find((each) => each.type.endsWith(type) && each.name.startsWith('sthost'))
  const rules = get(ofHost('/managementPolicies')?.body, 'properties', 'policy', 'rules') as Properties[]
  expect(get(ofHost('/blobServices')?.body, 'properties', 'isVersioningEnabled')).toBe(true)
  expect(
    rules.map(({ definition }) => [
      get(definition, 'filters', 'prefixMatch'),
      get(definition, 'actions', 'version', 'delete', 'daysAfterCreationGreaterThan'),
    ]),
  ).toEqual([
    [['sync/'], 90],
    [['azure-webjobs-hosts/', 'azure-webjobs-secrets/'], 7],
  ])
})

test('who writes to the tables is not logged, and whoever is to find out is told so', () => {
  const ofTables = plan.resources.find(
    ({ type, scope }) => type === 'Microsoft.Insights/diagnosticSettings' && scope?.name.startsWith('stdata'),
  )
  expect(get(ofTables?.body, 'properties', 'logs')).toEqual([{ category: 'StorageDelete', enabled: true }])
  for (const path of ['infra/RUNBOOK.md', 'infra/OPERATING.md', 'shared/crypto/RUNBOOK.md'])
    expect(readFileSync(path, 'utf8').includes('StorageWrite'), path).toBe(true)
})

const bodiesOf = (wanted: string) =>
  plan.resources.filter(({ type, isDeployed }) => isDeployed && type === wanted).map(({ body }) => body)

test.each([
  ['Microsoft.Storage/storageAccounts', 'allowSharedKeyAccess', false],
  ['Microsoft.Storage/storageAccounts', 'allowBlobPublicAccess', false],
  ['Microsoft.Storage/storageAccounts', 'minimumTlsVersion', 'TLS1_2'],
  ['Microsoft.ServiceBus/namespaces', 'disableLocalAuth', true],
  ['Microsoft.KeyVault/vaults', 'enableRbacAuthorization', true],
  ['Microsoft.KeyVault/vaults', 'enablePurgeProtection', true],
  ['Microsoft.Insights/components', 'DisableLocalAuth', true],
  ['Microsoft.Web/sites', 'httpsOnly', true],
])('nothing is opened by a shared key, in the clear or for good: %s has %s %s', (type, property, value) => {
  const values = bodiesOf(type).map((body) => get(body, 'properties', property))
  expect(new Set(values)).toEqual(new Set([value]))
})

test('what is stored of people is locked against deletion', () => {
  const locks = bodiesOf('Microsoft.Authorization/locks')
  expect(locks.map((body) => get(body, 'properties', 'level'))).toEqual(locks.map(() => 'CanNotDelete'))
  expect(locks.length).toBeGreaterThan(1)
})
