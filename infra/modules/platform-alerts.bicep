// What the platform knows even when the app measures nothing.
param tags object
param serviceBusId string
param vaultId string
param actionGroupId string
param runbookUrl string

var alerts = [
  {
    name: 'platform-dead-letters'
    section: 'dead-letters'
    scope: serviceBusId
    namespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'DeadletteredMessages'
    take: 'Maximum'
    operator: 'GreaterThan'
    limit: 0
    severity: 1
  }
  {
    name: 'platform-vault-busy'
    section: 'vault-busy'
    scope: vaultId
    namespace: 'Microsoft.KeyVault/vaults'
    metric: 'SaturationShoebox'
    take: 'Average'
    operator: 'GreaterThan'
    limit: 75
    severity: 2
  }
  {
    name: 'platform-vault-slow'
    section: 'vault-slow'
    scope: vaultId
    namespace: 'Microsoft.KeyVault/vaults'
    metric: 'ServiceApiLatency'
    take: 'Average'
    operator: 'GreaterThan'
    limit: 1000
    severity: 2
  }
  {
    name: 'platform-vault-unavailable'
    section: 'vault-slow'
    scope: vaultId
    namespace: 'Microsoft.KeyVault/vaults'
    metric: 'Availability'
    take: 'Average'
    operator: 'LessThan'
    limit: 99
    severity: 1
  }
]

resource rule 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in alerts: {
    name: alert.name
    location: 'global'
    tags: tags
    properties: {
      description: '${runbookUrl}#${alert.section}'
      severity: alert.severity
      enabled: true
      autoMitigate: true
      scopes: [alert.scope]
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.metric
            metricNamespace: alert.namespace
            metricName: alert.metric
            timeAggregation: alert.take
            operator: alert.operator
            threshold: alert.limit
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId, webHookProperties: { runbook: '${runbookUrl}#${alert.section}' } }]
    }
  }
]
