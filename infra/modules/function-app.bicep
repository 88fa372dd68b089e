// The function app on Flex Consumption, with every setting of shared/config.ts that is not left to its default.
param name string
@description('By which azd finds the app.')
param serviceName string
param location string
param tags object
param identityId string
param identityClientId string
param hostStorageName string
param deploymentContainer string
@description('Empty: the app is in no network.')
param subnetId string
param alwaysReadyHttp int
param zoneRedundant bool
param maximumInstances int
param instanceMemoryMB int
@allowed(['Recreate', 'RollingUpdate'])
param updateStrategy string
param workspaceId string
@description('Limits, by the names of shared/config.ts.')
param limits object
@description('Addresses and ids of the other parts. No secret is among them.')
param settings object

var hostSettings = {
  AzureWebJobsStorage__accountName: hostStorageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identityClientId
  AZURE_CLIENT_ID: identityClientId
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'
  // Memory is given back sooner, so that large first pulls fit into an instance.
  languageWorkers__node__arguments: '--heap-growing-percent=30 --max-semi-space-size=8'
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // Flex has no FTP, and refuses to be told to switch it off.
    siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2' }
    functionAppConfig: {
      runtime: { name: 'node', version: '22' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainer
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstances
        alwaysReady: [{ name: 'http', instanceCount: zoneRedundant ? max(2, alwaysReadyHttp) : alwaysReadyHttp }]
        triggers: { http: { perInstanceConcurrency: 100 } }
      }
      siteUpdateStrategy: { type: updateStrategy }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(hostSettings, limits, settings)
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = app.id
output name string = app.name
