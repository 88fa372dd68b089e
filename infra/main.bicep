// The whole service in one resource group. DEPLOY.md says what is made, with which parameters, and in which order.
targetScope = 'subscription'

@description('Name of this installation: azd\'s environment. It is bound into every seal, so it never changes.')
@minLength(1)
@maxLength(32)
param environmentName string
@description('Where the functions run, and where logs of opaque ids are kept.')
param location string = 'northeurope'
@description('Where tables, keys and the queue are.')
param dataLocation string = 'denmarkeast'
@description('Where browsers, integrators and Microsoft reach the service: https, without a slash at the end. Empty: the function app\'s own address.')
param publicUrl string = ''
@description('Client id of an Entra application that is made elsewhere with entra/application.bicep. Empty: it is made here, which needs Application.ReadWrite.All.')
param microsoftClientId string = ''
@description('Tenant whose operators see the status page. Empty: the one that is deployed from.')
param operatorTenant string = ''
@description('Object id of the operators\' group in Entra. Empty: nobody but the app reaches the data.')
param operatorGroup string = ''
@description('Addresses, or ranges as CIDR, from which operators use `npm run ops` and its like.')
param operatorAddresses string[] = []
@description('How the data is reached. identity: from everywhere with the right identity. subnet: from the app\'s subnet and operators\' addresses only. private: over private endpoints, which makes Service Bus Premium.')
@allowed(['identity', 'subnet', 'private'])
param network string = 'subnet'
@description('Instances that are kept ready for HTTP, because Graph waits three seconds for an answer.')
@minValue(1)
@maxValue(100)
param alwaysReadyHttp int = 2
@description('Spreads the instances over zones: of HTTP, and of each timer and queue, two are always ready then, and paid for.')
param zoneRedundant bool = false
@minValue(40)
@maxValue(1000)
param maximumInstances int = 100
@description('512, 2048 or 4096. Not `@allowed`: what a bicepparam file reads from the environment is any int.')
@minValue(512)
@maxValue(4096)
param instanceMemoryMB int = 2048
@description('How a release replaces the one before. RollingUpdate is a preview.')
@allowed(['Recreate', 'RollingUpdate'])
param updateStrategy string = 'Recreate'
@description('A second app for the next release: it takes its share of the queue and the timers, and no HTTP.')
param withCandidate bool = false
@description('Whether the immutability of the backups was locked, by hand: from then on it is not set any more.')
param backupsLocked bool = false
@description('Limits of the service; shared/config.ts says what each is and checks it.')
param limits object = {
  WINDOW_PAST_DAYS: '42'
  WINDOW_FUTURE_DAYS: '201'
  RETENTION_DAYS: '30'
  RATE_PER_SECOND: '50'
  RATE_PER_MINUTE: '500'
  RATE_ACCOUNT_PER_MINUTE: '300'
  SYNC_BUDGET_SECONDS: '60'
}
@description('Who is told of alerts and of the budget. Empty: alerts are seen in the portal only.')
param alertEmails string[] = []
@description('Gigabytes of logs a day, above which nothing is taken any more, measurements and what raises alerts included. 0.4 for each 1,000 accounts, which is twice what they write, and at least 5.')
param dailyLogGb int = 5
@description('What a month may cost, in the subscription\'s currency.')
param monthlyBudget int = 300
@description('First day of the month in which the budget begins, `2026-12-01`; it cannot be moved later. Empty: no budget.')
param budgetStart string = ''
@description('Where alerts link to.')
param runbookUrl string = 'https://github.com/flowagent/microsoft-365-sync/blob/main/infra/RUNBOOK.md'

var tags = { 'azd-env-name': environmentName }
// What holds data is called the same wherever the functions run, so that they can move to another region (DEPLOY.md).
var dataSuffix = uniqueString(subscription().id, environmentName)
var suffix = uniqueString(subscription().id, environmentName, location)
var functionAppName = 'func-sync-${suffix}'
var functionApps = withCandidate
  ? [{ name: functionAppName, service: 'sync' }, { name: '${functionAppName}-next', service: 'sync-next' }]
  : [{ name: functionAppName, service: 'sync' }]
var url = empty(publicUrl) ? 'https://${functionAppName}.azurewebsites.net' : publicUrl
var isPrivate = network == 'private'
var isOpen = network == 'identity'
var clientId = empty(microsoftClientId) ? application!.outputs.clientId : microsoftClientId
var appSubnetId = isOpen ? '' : subnets!.outputs.appSubnetId

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-sync-${environmentName}'
  location: dataLocation
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-sync-${suffix}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: { suffix: suffix, location: location, tags: tags, dailyLogGb: dailyLogGb }
}

module subnets 'modules/network.bicep' = if (!isOpen) {
  scope: group
  params: { name: 'vnet-sync-${suffix}', location: location, tags: tags }
}

module hostStorage 'modules/host-storage.bicep' = {
  scope: group
  params: {
    name: 'sthost${suffix}'
    containers: map(functionApps, item => item.service)
    location: location
    tags: tags
    network: network
    appSubnetId: appSubnetId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module dataStorage 'modules/data-storage.bicep' = {
  scope: group
  params: {
    name: 'stdata${dataSuffix}'
    location: dataLocation
    tags: tags
    network: network
    appSubnetId: appSubnetId
    operatorAddresses: operatorAddresses
    workspaceId: monitoring.outputs.workspaceId
  }
}

module backupStorage 'modules/backup-storage.bicep' = {
  scope: group
  params: {
    name: 'stback${dataSuffix}'
    location: dataLocation
    tags: tags
    locked: backupsLocked
    network: network
    appSubnetId: appSubnetId
    operatorAddresses: operatorAddresses
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: 'kv-${dataSuffix}'
    location: dataLocation
    tags: tags
    network: network
    appSubnetId: appSubnetId
    operatorAddresses: operatorAddresses
    workspaceId: monitoring.outputs.workspaceId
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  scope: group
  params: {
    name: 'sb-sync-${dataSuffix}'
    location: dataLocation
    tags: tags
    isPrivate: isPrivate
    workspaceId: monitoring.outputs.workspaceId
  }
}

module privateEndpoints 'modules/private-endpoints.bicep' = if (isPrivate) {
  scope: group
  params: {
    location: location
    tags: tags
    networkId: subnets!.outputs.networkId
    subnetId: subnets!.outputs.endpointSubnetId
    hostStorageId: hostStorage.outputs.id
    dataStorageId: dataStorage.outputs.id
    backupStorageId: backupStorage.outputs.id
    vaultId: vault.outputs.id
    serviceBusId: serviceBus.outputs.id
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  params: {
    principalId: identity.outputs.principalId
    dataStorageName: dataStorage.outputs.name
    backupStorageName: backupStorage.outputs.name
    hostStorageName: hostStorage.outputs.name
    serviceBusName: serviceBus.outputs.name
    vaultName: vault.outputs.name
    applicationInsightsName: monitoring.outputs.applicationInsightsName
  }
}

module operatorRoles 'modules/operator-roles.bicep' = if (!empty(operatorGroup)) {
  scope: group
  params: {
    groupId: operatorGroup
    dataStorageName: dataStorage.outputs.name
    backupStorageName: backupStorage.outputs.name
    serviceBusName: serviceBus.outputs.name
    vaultName: vault.outputs.name
  }
}

module application 'entra/application.bicep' = if (empty(microsoftClientId)) {
  scope: group
  params: {
    environmentName: environmentName
    publicUrl: url
    identityPrincipalId: identity.outputs.principalId
    operatorGroup: operatorGroup
  }
}

module apps 'modules/function-app.bicep' = [
  for item in functionApps: {
    scope: group
    params: {
      name: item.name
      serviceName: item.service
      location: location
      tags: tags
      identityId: identity.outputs.id
      identityClientId: identity.outputs.clientId
      hostStorageName: hostStorage.outputs.name
      deploymentContainer: '${hostStorage.outputs.blobUrl}${item.service}'
      subnetId: appSubnetId
      alwaysReadyHttp: alwaysReadyHttp
      zoneRedundant: zoneRedundant
      maximumInstances: maximumInstances
      instanceMemoryMB: instanceMemoryMB
      updateStrategy: updateStrategy
      workspaceId: monitoring.outputs.workspaceId
      limits: limits
      settings: {
        ENVIRONMENT: environmentName
        PUBLIC_URL: url
        TABLES_URL: dataStorage.outputs.tablesUrl
        BACKUP_URL: backupStorage.outputs.blobsUrl
        KEY_VAULT_URL: vault.outputs.url
        ServiceBus__fullyQualifiedNamespace: serviceBus.outputs.fullyQualifiedNamespace
        MICROSOFT_CLIENT_ID: clientId
        OPERATOR_TENANT: empty(operatorTenant) ? tenant().tenantId : operatorTenant
        APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
      }
    }
    dependsOn: [roles, privateEndpoints]
  }
]

module operations 'modules/operations.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    serviceBusId: serviceBus.outputs.id
    vaultId: vault.outputs.id
    publicUrl: url
    runbookUrl: runbookUrl
    emails: alertEmails
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_NAME string = apps[0].outputs.name
// What operators' commands read, by the names of shared/config.ts.
output ENVIRONMENT string = environmentName
output PUBLIC_URL string = url
output MICROSOFT_CLIENT_ID string = clientId
output TABLES_URL string = dataStorage.outputs.tablesUrl
output BACKUP_URL string = backupStorage.outputs.blobsUrl
output KEY_VAULT_URL string = vault.outputs.url
output ServiceBus__fullyQualifiedNamespace string = serviceBus.outputs.fullyQualifiedNamespace
