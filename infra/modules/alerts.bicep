// The alerts of alerts.json as rules over what the app measures. The local system evaluates the same file.
param location string
param tags object
param applicationInsightsId string
param emails string[]
param runbookUrl string

var alerts = loadJsonContent('../alerts.json')

// Metrics mostly arrive within three minutes, so a rule looks at minutes that end three minutes ago. What is to be counted
// however late it comes takes a rule that looks at 15 minutes, three times each; it tells once, as long as it is raised.
var settled = 3

// How each way of `take` reads the app's metrics. `valueSum` of a gauge and of a counter is its value. Azure keeps no
// buckets of a histogram: p95 weighs the means of each minute, instance and label by their counts, and is a little low.
var takes = {
  max: 'max(valueSum)'
  sum: 'sum(valueSum)'
  count: 'sum(valueCount)'
  rate: 'sum(valueCount)'
  p95: 'percentilew(todouble(valueSum) / valueCount, valueCount, 95)'
  missing: 'count()'
}

var rules = map(alerts, alert => {
  name: alert.name
  severity: alert.severity
  what: alert.what
  limit: alert.over
  isMissing: alert.take == 'missing'
  // A rate is a count of ten seconds.
  summary: '${takes[alert.take]}${alert.take == 'rate' ? ' / ${alert.minutes * 6}.0' : ''}'
  minutes: alert.minutes
  metric: split(alert.series, '{')[0]
  labels: contains(alert.series, '{') ? split(replace(split(alert.series, '{')[1], '}', ''), ',') : []
  // Each event is an alert of its own: in one for all, an alarm that lasts would keep every other one from being told.
  // Dead letters have their own rule already.
  isByEvent: alert.series == 'alarms'
})

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'operators'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'operators'
    emailReceivers: map(emails, email => { name: email, emailAddress: email, useCommonAlertSchema: true })
  }
}

resource rule 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for item in rules: {
    name: '${item.name}-${location}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${item.name}: ${item.what}'
      description: '${runbookUrl}#${item.name}'
      severity: item.severity
      enabled: true
      autoMitigate: true
      scopes: [applicationInsightsId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT1H'
      criteria: {
        allOf: [
          {
            query: join(
              concat(
                [
                  'customMetrics'
                  '| where timestamp between (ago(${item.minutes + settled}m) .. ago(${settled}m))'
                  '| where name == "${item.metric}"'
                ],
                map(item.labels, label => '| where tostring(customDimensions["${split(label, '=')[0]}"]) == "${split(label, '=')[1]}"'),
                item.isByEvent
                  ? [
                      '| extend event = tostring(customDimensions["event"])'
                      '| where event != "messages-given-up"'
                      '| summarize measured = ${item.summary} by event'
                    ]
                  : ['| summarize measured = ${item.summary}']
              ),
              '\n'
            )
            metricMeasureColumn: 'measured'
            dimensions: item.isByEvent ? [{ name: 'event', operator: 'Include', values: ['*'] }] : []
            timeAggregation: 'Maximum'
            operator: item.isMissing ? 'LessThan' : 'GreaterThan'
            threshold: item.isMissing ? 1 : item.limit
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroup.id]
        customProperties: { alert: item.name, runbook: '${runbookUrl}#${item.name}' }
      }
    }
  }
]

output actionGroupId string = actionGroup.id
