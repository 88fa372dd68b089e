import { METRICS } from '../../../shared/core/metrics.ts'
import type { Files, Plan } from '../bicep/plan.ts'

interface Alert {
  readonly name: string
  readonly series: string
  readonly take: string
  readonly severity: number
}

/** Each alert is about something that is measured, and has a rule in Azure. */
export function alertProblems({ resources }: Plan, files: Files): string[] {
  const alerts: Alert[] = JSON.parse(files('infra/alerts.json') ?? '[]')
  const rules = resources.filter(
    ({ type, isDeployed }) => isDeployed && type === 'Microsoft.Insights/scheduledQueryRules',
  )
  return [
    ...alerts.flatMap(seriesProblems),
    ...alerts
      .filter(({ name }) => !rules.some((rule) => rule.name === name || rule.name.startsWith(`${name}-`)))
      .map(({ name }) => `the alert ${name} has no rule`),
  ]
}

const LABELS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(METRICS).map(([name, { labels }]) => [name, labels]),
)

/** What each way of `take` can be taken of. */
const KINDS: Readonly<Record<string, string>> = {
  ...{ max: 'gauge', missing: 'gauge', sum: 'counter' },
  ...{ count: 'histogram', rate: 'histogram', p95: 'histogram' },
}

const kindOf = (metric: string): string | undefined =>
  Object.entries(METRICS).find(([name]) => name === metric)?.[1].kind

function seriesProblems({ name, series, take }: Alert): string[] {
  const [, metric = '', labels = ''] = /^([^{]+)(?:\{(.*)\})?$/.exec(series) ?? []
  const known = LABELS[metric]
  if (known === undefined) return [`the alert ${name}: nothing measures ${metric}`]
  if (kindOf(metric) !== KINDS[take]) return [`the alert ${name}: ${take} cannot be taken of a ${kindOf(metric)}`]
  const used = labels === '' ? [] : labels.split(',').map((label) => label.split('=')[0] ?? '')
  return used
    .filter((label) => !known.includes(label))
    .map((label) => `the alert ${name}: ${metric} has no label ${label}`)
}
