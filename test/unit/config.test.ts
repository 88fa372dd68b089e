import { expect, test } from 'vitest'
import { triggerConnection } from '../../infra/local/functions-host/settings.ts'
import { readConfig } from '../../shared/config.ts'

const ID = '3d0d9c0e-58cf-4a7c-9d0b-5a5c5d1f7e11'
const OTHER = '11111111-1111-4111-8111-111111111111'
const NAMESPACE = 'sync.servicebus.windows.net'

const IN_AZURE = {
  ENVIRONMENT: 'production',
  PUBLIC_URL: 'https://sync.example',
  ServiceBus__fullyQualifiedNamespace: NAMESPACE,
  ServiceBus__credential: 'managedidentity',
  ServiceBus__clientId: ID,
  AZURE_CLIENT_ID: ID,
  IDENTITY_ENDPOINT: 'http://169.254.130.4:8081/msi/token',
  TABLES_URL: 'https://sync.table.core.windows.net',
  KEY_VAULT_URL: 'https://sync.vault.azure.net',
  MICROSOFT_CLIENT_ID: OTHER,
}

const problemsOf = (changes: Record<string, string | undefined>) => {
  const result = readConfig({ ...IN_AZURE, ...changes })
  return 'problems' in result ? result.problems.map(({ setting, problem }) => `${setting}: ${problem}`) : []
}

test('in Azure no setting is a secret', () => {
  expect(problemsOf({})).toEqual([])
  expect(problemsOf({ AZURE_CLIENT_ID: undefined, ServiceBus__clientId: undefined })).toEqual([])
})

test.each([
  [
    { ServiceBus__fullyQualifiedNamespace: undefined },
    'ServiceBus: missing, and so is ServiceBus__fullyQualifiedNamespace',
  ],
  [{ ServiceBus: 'Endpoint=sb://x' }, 'ServiceBus: must be absent where ServiceBus__fullyQualifiedNamespace is set'],
  [{ AZURE_CLIENT_ID: OTHER }, 'ServiceBus__clientId: must be the same as AZURE_CLIENT_ID'],
  [{ ServiceBus__credential: 'secret' }, 'ServiceBus__credential: Invalid input: expected "managedidentity"'],
])('settings that contradict each other are named: %o', (changes, problem) => {
  expect(problemsOf(changes)).toEqual([problem])
})

test.each([
  [{ ServiceBus: 'Endpoint' }, { connectionString: 'Endpoint' }],
  [{ AzureWebJobsServiceBus: 'Endpoint' }, { connectionString: 'Endpoint' }],
  [IN_AZURE, { namespace: NAMESPACE, isManaged: true, clientId: ID }],
  [{ ServiceBus__fullyQualifiedNamespace: NAMESPACE }, { namespace: NAMESPACE, isManaged: false, clientId: undefined }],
  [
    { ServiceBus__fullyQualifiedNamespace: NAMESPACE, ServiceBus__clientId: ID },
    { namespace: NAMESPACE, isManaged: false, clientId: undefined },
  ],
])('the host finds the connection of a trigger in %o', (settings, connection) => {
  expect(triggerConnection('ServiceBus', settings)).toEqual(connection)
})

test('the host says which connection is missing, and which credential it does not know', () => {
  expect(() => triggerConnection('ServiceBus', {})).toThrow('the setting "ServiceBus" is missing')
  const unknown = { ServiceBus__fullyQualifiedNamespace: NAMESPACE, ServiceBus__credential: 'azurecli' }
  expect(() => triggerConnection('ServiceBus', unknown)).toThrow('ServiceBus__credential')
})
