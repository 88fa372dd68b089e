import { asUuid, get, isObject, type Properties, type Subject, Unknown, type Value } from './values.ts'

interface Resource {
  readonly symbol: string
  readonly type: string
  readonly name: string
  readonly body: Properties
}

/** What Azure answers for a resource, in the form it has there; of everything else only the path is known. */
export function runtimeProperty(resource: Resource, property: string): Value {
  const { symbol, type, name, body } = resource
  if (property === 'name') return name.split('/').at(-1) ?? name
  if (property === 'id') return `{${symbol}}/providers/${type}/${name}`
  if (property === 'type') return type
  if (property === 'properties') return properties(resource)
  if (type.startsWith('Microsoft.Graph/') && property === 'appId') return body[property] ?? asUuid(symbol, 'client')
  return body[property] ?? new Unknown(`${symbol}.${property}`)
}

function properties({ symbol, type, name, body }: Resource): Subject {
  const known = ANSWERS[type]?.(name) ?? {}
  return {
    subject: `${symbol}.properties`,
    property: (property) => known[property] ?? given(body, property) ?? new Unknown(`${symbol}.properties.${property}`),
  }
}

const given = (body: Properties, property: string): Value | undefined => {
  const value = get(body, 'properties', property)
  return isObject(value) ? undefined : value
}

const storage = (name: string): Properties => ({
  primaryEndpoints: Object.fromEntries(
    ['blob', 'table', 'queue', 'file'].map((kind) => [kind, `https://${name}.${kind}.core.windows.net/`]),
  ),
})

const ANSWERS: Readonly<Record<string, (name: string) => Properties>> = {
  'Microsoft.Storage/storageAccounts': storage,
  'Microsoft.KeyVault/vaults': (name) => ({ vaultUri: `https://${name}.vault.azure.net/` }),
  'Microsoft.ServiceBus/namespaces': (name) => ({ serviceBusEndpoint: `https://${name}.servicebus.windows.net:443/` }),
  'Microsoft.ManagedIdentity/userAssignedIdentities': (name) => ({
    clientId: asUuid(name, 'client'),
    principalId: asUuid(name, 'principal'),
    tenantId: asUuid('tenant'),
  }),
  'Microsoft.Web/sites': (name) => ({ defaultHostName: `${name}.azurewebsites.net` }),
  'Microsoft.Insights/components': (name) => ({
    ConnectionString: `InstrumentationKey=${asUuid(name)};IngestionEndpoint=https://northeurope-2.in.applicationinsights.azure.com/`,
    InstrumentationKey: asUuid(name),
    AppId: asUuid(name, 'app'),
  }),
}
