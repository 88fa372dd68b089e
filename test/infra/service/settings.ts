import { readConfig, Settings } from '../../../shared/config.ts'
import type { Plan } from '../bicep/plan.ts'
import { asText, isObject } from '../bicep/values.ts'

/** Settings of shared/config.ts that Azure has no use for, and why. */
export const LOCAL: Readonly<Record<string, string>> = {
  ServiceBus: 'a connection string; in Azure the identity opens the namespace',
  TABLES_ACCOUNT_KEY: 'Azurite knows no identities',
  BACKUP_ACCOUNT_KEY: 'Azurite knows no identities',
  KEY_VAULT_TOKEN: 'the stand-in of the vault knows no identities',
  MICROSOFT_CLIENT_SECRET: 'the identity stands in for a secret',
  GRAPH_URL: 'its default is Microsoft Graph',
  ENTRA_AUTHORITY: 'its default is Microsoft Entra ID',
  CHANNEL_LOCAL_HOSTS: 'only beside an address of plain http',
  WEBSITE_HOSTNAME: 'Azure sets it',
  IDENTITY_ENDPOINT: 'Azure sets it',
  TRACE_CONSOLE: 'traces for a person at a terminal',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'traces go to Application Insights',
}

/** Settings that others than shared/config.ts read. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  AzureWebJobsStorage__accountName: 'the host',
  AzureWebJobsStorage__credential: 'the host',
  AzureWebJobsStorage__clientId: 'the host',
  languageWorkers__node__arguments: 'the worker of the host',
}

/** The settings of each function app of a deployment. */
export const settingsOf = ({ resources }: Plan): Readonly<Record<string, string>>[] =>
  resources
    .filter(
      ({ type, name, isDeployed }) =>
        isDeployed && type === 'Microsoft.Web/sites/config' && name.endsWith('/appsettings'),
    )
    .map(({ body }) => {
      const properties = isObject(body['properties']) ? body['properties'] : {}
      return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, asText(value)]))
    })

export function settingProblems(plan: Plan): string[] {
  const apps = settingsOf(plan)
  return apps.length === 0 ? ['no function app has settings'] : apps.flatMap(problemsOf)
}

function problemsOf(given: Readonly<Record<string, string>>): string[] {
  const known = Object.keys(Settings.shape)
  const result = readConfig({ ...given })
  const refused = 'problems' in result ? result.problems : []
  return [
    ...known.filter((name) => !(name in given) && !(name in LOCAL)).map((name) => `the setting ${name} is not set`),
    ...Object.keys(OF_OTHERS)
      .filter((name) => !(name in given))
      .map((name) => `the setting ${name} (${OF_OTHERS[name]}) is not set`),
    ...Object.keys(given)
      .filter((name) => name in LOCAL)
      .map((name) => `the setting ${name} is a local one: ${LOCAL[name]}`),
    ...Object.keys(given)
      .filter((name) => !known.includes(name) && !(name in OF_OTHERS))
      .map((name) => `nothing reads the setting ${name}`),
    ...refused
      .filter(({ setting }) => setting in given)
      .map(({ setting, problem }) => `the setting ${setting} is refused: ${problem}`),
  ]
}
