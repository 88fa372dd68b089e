using './main.bicep'

// Values of azd's environment: `azd env set NAME value`. What is not set has main.bicep's meaning of empty, or its default.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION', 'northeurope')
param dataLocation = readEnvironmentVariable('DATA_LOCATION', 'denmarkeast')
param publicUrl = readEnvironmentVariable('SERVICE_PUBLIC_URL', '')
param microsoftClientId = readEnvironmentVariable('ENTRA_CLIENT_ID', '')
param operatorGroup = readEnvironmentVariable('OPERATOR_GROUP', '')
param operatorAddresses = json(readEnvironmentVariable('OPERATOR_ADDRESSES', '[]'))
param network = readEnvironmentVariable('NETWORK', 'subnet')
param alwaysReadyHttp = int(readEnvironmentVariable('ALWAYS_READY_HTTP', '2'))
param zoneRedundant = bool(readEnvironmentVariable('ZONE_REDUNDANT', 'true'))
param updateStrategy = readEnvironmentVariable('UPDATE_STRATEGY', 'Recreate')
param alertEmails = json(readEnvironmentVariable('ALERT_EMAILS', '[]'))
param dailyLogGb = int(readEnvironmentVariable('DAILY_LOG_GB', '5'))
param monthlyBudget = int(readEnvironmentVariable('MONTHLY_BUDGET', '300'))
param budgetStart = readEnvironmentVariable('BUDGET_START', '')
param withCandidate = bool(readEnvironmentVariable('WITH_CANDIDATE', 'false'))
