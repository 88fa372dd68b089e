// The queues of queues.json, which the local broker reads too. Messages are opaque ids, and no key can send or read them.
param name string
param location string
param tags object
@description('Private endpoints and rules for networks exist in Premium only.')
param isPrivate bool
param workspaceId string

var queues = loadJsonContent('../queues.json').queues

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: isPrivate ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }

  resource queue 'queues' = [
    for queue in queues: {
      name: queue.name
      properties: union(
        {
          requiresSession: queue.requiresSession
          lockDuration: queue.lockDuration
          maxDeliveryCount: queue.maxDeliveryCount
          requiresDuplicateDetection: queue.requiresDuplicateDetection
          defaultMessageTimeToLive: queue.defaultMessageTimeToLive
          deadLetteringOnMessageExpiration: true
        },
        // Standard always takes 256 KiB and refuses to be told so.
        isPrivate ? { maxMessageSizeInKilobytes: max(1024, queue.maxMessageSizeInKilobytes) } : {}
      )
    }
  ]
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'OperationalLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = namespace.id
output name string = namespace.name
output fullyQualifiedNamespace string = split(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':')[0]
