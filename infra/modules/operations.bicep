// What operators are told and shown: alerts, charts and what it costs.
param location string
param tags object
param applicationInsightsId string
param publicUrl string
param serviceBusId string
param vaultId string
param runbookUrl string
param emails string[]
param monthlyBudget int
param budgetStart string

module alerts 'alerts.bicep' = {
  params: {
    location: location
    tags: tags
    applicationInsightsId: applicationInsightsId
    emails: emails
    runbookUrl: runbookUrl
  }
}

module platformAlerts 'platform-alerts.bicep' = {
  params: {
    tags: tags
    serviceBusId: serviceBusId
    vaultId: vaultId
    actionGroupId: alerts.outputs.actionGroupId
    runbookUrl: runbookUrl
  }
}

module availability 'availability.bicep' = {
  params: {
    location: location
    tags: tags
    applicationInsightsId: applicationInsightsId
    publicUrl: publicUrl
    actionGroupId: alerts.outputs.actionGroupId
    runbookUrl: runbookUrl
  }
}

module workbook 'workbook.bicep' = {
  params: { location: location, tags: tags, applicationInsightsId: applicationInsightsId }
}

module budget 'budget.bicep' = if (!empty(budgetStart) && !empty(emails)) {
  params: { amount: monthlyBudget, emails: emails, start: budgetStart }
}
