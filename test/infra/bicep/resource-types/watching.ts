import { type Fields, oneOf } from '../shape.ts'
import { IDENTITY, LOCATED, OPEN_OR_NOT, type ResourceType, TAGS } from './common.ts'

const ACTIONS = [{ 'actionGroupId!': 'string', webHookProperties: TAGS }] as const

const DIMENSIONS = [{ 'name!': 'string', 'operator!': oneOf('Include', 'Exclude'), 'values!': ['string'] }] as const

const METRIC_CRITERION: Fields = {
  'name!': 'string',
  'metricName!': 'string',
  metricNamespace: 'string',
  'operator!': oneOf('Equals', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'),
  'threshold!': 'int',
  'timeAggregation!': oneOf('Average', 'Count', 'Maximum', 'Minimum', 'Total'),
  criterionType: oneOf('StaticThresholdCriterion'),
  dimensions: DIMENSIONS,
  skipMetricValidation: 'bool',
}

const QUERY_CRITERION: Fields = {
  'query!': 'string',
  'operator!': oneOf('Equals', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'),
  'threshold!': 'int',
  'timeAggregation!': oneOf('Average', 'Count', 'Maximum', 'Minimum', 'Total'),
  metricMeasureColumn: 'string',
  resourceIdColumn: 'string',
  dimensions: DIMENSIONS,
  failingPeriods: { minFailingPeriodsToAlert: 'int', numberOfEvaluationPeriods: 'int' },
}

const RECEIVER = { 'name!': 'string', useCommonAlertSchema: 'bool' } as const

/** What watches: logs, metrics, alerts, budgets. */
export const WATCHING: Readonly<Record<string, ResourceType>> = {
  'Microsoft.OperationalInsights/workspaces': {
    versions: ['2022-10-01', '2023-09-01', '2025-02-01'],
    pattern: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
    shape: {
      ...LOCATED,
      identity: IDENTITY,
      properties: {
        sku: { 'name!': oneOf('PerGB2018', 'CapacityReservation', 'Free', 'PerNode', 'Standalone', 'LACluster') },
        retentionInDays: 'int',
        workspaceCapping: { dailyQuotaGb: 'int' },
        features: {
          disableLocalAuth: 'bool',
          enableLogAccessUsingOnlyResourcePermissions: 'bool',
          immediatePurgeDataOn30Days: 'bool',
        },
        publicNetworkAccessForIngestion: OPEN_OR_NOT,
        publicNetworkAccessForQuery: OPEN_OR_NOT,
      },
    },
  },
  'Microsoft.Insights/components': {
    versions: ['2020-02-02'],
    shape: {
      ...LOCATED,
      'kind!': 'string',
      properties: {
        'Application_Type!': oneOf('web', 'other'),
        WorkspaceResourceId: 'string',
        DisableIpMasking: 'bool',
        DisableLocalAuth: 'bool',
        Flow_Type: 'string',
        IngestionMode: oneOf('LogAnalytics', 'ApplicationInsights'),
        Request_Source: 'string',
        RetentionInDays: 'int',
        SamplingPercentage: 'int',
        ImmediatePurgeDataOn30Days: 'bool',
        publicNetworkAccessForIngestion: OPEN_OR_NOT,
        publicNetworkAccessForQuery: OPEN_OR_NOT,
      },
    },
  },
  'Microsoft.Insights/diagnosticSettings': {
    versions: ['2021-05-01-preview'],
    shape: {
      'properties!': {
        workspaceId: 'string',
        storageAccountId: 'string',
        logAnalyticsDestinationType: 'string',
        logs: [{ category: 'string', categoryGroup: 'string', 'enabled!': 'bool' }],
        metrics: [{ category: 'string', 'enabled!': 'bool', timeGrain: 'string' }],
      },
    },
  },
  'Microsoft.Insights/actionGroups': {
    versions: ['2022-06-01', '2023-01-01'],
    shape: {
      ...LOCATED,
      properties: {
        'enabled!': 'bool',
        'groupShortName!': 'string',
        emailReceivers: [{ ...RECEIVER, 'emailAddress!': 'string' }],
        webhookReceivers: [{ ...RECEIVER, 'serviceUri!': 'string' }],
        azureAppPushReceivers: [{ 'name!': 'string', 'emailAddress!': 'string' }],
        armRoleReceivers: [{ ...RECEIVER, 'roleId!': 'string' }],
      },
    },
  },
  'Microsoft.Insights/webtests': {
    versions: ['2022-06-15'],
    shape: {
      ...LOCATED,
      kind: 'string',
      'properties!': {
        'SyntheticMonitorId!': 'string',
        'Name!': 'string',
        'Kind!': oneOf('ping', 'multistep', 'standard'),
        'Locations!': [{ 'Id!': 'string' }],
        Enabled: 'bool',
        Frequency: 'int',
        Timeout: 'int',
        RetryEnabled: 'bool',
        Request: {
          RequestUrl: 'string',
          HttpVerb: 'string',
          FollowRedirects: 'bool',
          ParseDependentRequests: 'bool',
        },
        ValidationRules: { ExpectedHttpStatusCode: 'int', SSLCheck: 'bool', SSLCertRemainingLifetimeCheck: 'int' },
      },
    },
  },
  'Microsoft.Insights/metricAlerts': {
    versions: ['2018-03-01'],
    shape: {
      ...LOCATED,
      'location!': oneOf('global'),
      'properties!': {
        actions: ACTIONS,
        autoMitigate: 'bool',
        'criteria!': {
          'odata.type!': 'string',
          allOf: [METRIC_CRITERION],
          webTestId: 'string',
          componentId: 'string',
          failedLocationCount: 'int',
        },
        description: 'string',
        'enabled!': 'bool',
        'evaluationFrequency!': 'string',
        'scopes!': ['string'],
        'severity!': 'int',
        targetResourceType: 'string',
        targetResourceRegion: 'string',
        'windowSize!': 'string',
      },
    },
  },
  'Microsoft.Insights/scheduledQueryRules': {
    versions: ['2021-08-01', '2022-06-15', '2023-12-01'],
    shape: {
      ...LOCATED,
      identity: IDENTITY,
      kind: oneOf('LogAlert', 'LogToMetric'),
      'properties!': {
        actions: { actionGroups: ['string'], customProperties: TAGS, actionProperties: TAGS },
        autoMitigate: 'bool',
        'criteria!': { 'allOf!': [QUERY_CRITERION] },
        description: 'string',
        displayName: 'string',
        enabled: 'bool',
        'evaluationFrequency!': 'string',
        muteActionsDuration: 'string',
        overrideQueryTimeRange: 'string',
        'scopes!': ['string'],
        'severity!': 'int',
        skipQueryValidation: 'bool',
        targetResourceTypes: ['string'],
        'windowSize!': 'string',
      },
    },
  },
  'Microsoft.Insights/workbooks': {
    versions: ['2022-04-01', '2023-06-01'],
    pattern: /^[0-9a-f-]{36}$/,
    shape: {
      ...LOCATED,
      kind: oneOf('shared'),
      properties: {
        'displayName!': 'string',
        'serializedData!': 'string',
        'category!': 'string',
        sourceId: 'string',
        version: 'string',
        description: 'string',
      },
    },
  },
  'Microsoft.Portal/dashboards': { versions: ['2020-09-01-preview'], shape: { ...LOCATED, properties: 'any' } },
  'Microsoft.Consumption/budgets': {
    versions: ['2021-10-01', '2023-05-01', '2023-11-01', '2024-08-01'],
    shape: {
      'properties!': {
        'amount!': 'int',
        'category!': oneOf('Cost'),
        filter: 'any',
        notifications: {
          '*': {
            'enabled!': 'bool',
            'operator!': oneOf('EqualTo', 'GreaterThan', 'GreaterThanOrEqualTo'),
            'threshold!': 'int',
            thresholdType: oneOf('Actual', 'Forecasted'),
            'contactEmails!': ['string'],
            contactGroups: ['string'],
            contactRoles: ['string'],
            locale: 'string',
          },
        },
        'timeGrain!': oneOf('Monthly', 'Quarterly', 'Annually', 'BillingMonth', 'BillingQuarter', 'BillingAnnual'),
        'timePeriod!': { 'startDate!': 'string', endDate: 'string' },
      },
    },
  },
}
