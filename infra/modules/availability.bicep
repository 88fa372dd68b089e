// Asks /health from three places outside: the only alert that needs nothing of ours to run. It finds a function app that
// does not start, an expired certificate, and a name that leads nowhere. A Flex app has no platform metric of failures.
param location string
param tags object
param applicationInsightsId string
param publicUrl string
param actionGroupId string
param runbookUrl string

var name = 'health-${location}'

resource test 'Microsoft.Insights/webtests@2022-06-15' = {
  name: name
  location: location
  kind: 'standard'
  tags: union(tags, { 'hidden-link:${applicationInsightsId}': 'Resource' })
  properties: {
    SyntheticMonitorId: name
    Name: name
    Kind: 'standard'
    Enabled: true
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    // Amsterdam, Dublin, Paris.
    Locations: [{ Id: 'emea-nl-ams-azr' }, { Id: 'emea-gb-db3-azr' }, { Id: 'emea-fr-pra-edge' }]
    Request: { RequestUrl: '${publicUrl}/health', HttpVerb: 'GET', FollowRedirects: false, ParseDependentRequests: false }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 14 }
  }
}

resource rule 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'platform-silence'
  location: 'global'
  tags: tags
  properties: {
    description: '${runbookUrl}#silence'
    severity: 1
    enabled: true
    autoMitigate: true
    scopes: [test.id, applicationInsightsId]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: test.id
      componentId: applicationInsightsId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: actionGroupId, webHookProperties: { runbook: '${runbookUrl}#silence' } }]
  }
}
