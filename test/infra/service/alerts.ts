import { METRICS } from '../../../shared/core/metrics.ts'
import type { Files, Plan, Planned } from '../bicep/plan.ts'
import { asText, get, type Value } from '../bicep/values.ts'

interface Alert {
  readonly name: string
  readonly series: string
  readonly take: string
  readonly severity: number
  readonly minutes: number
}

/** Each alert is about something that is measured, and has a rule in Azure. */
export function alertProblems({ resources }: Plan, files: Files): string[] {
  const alerts: Alert[] = JSON.parse(files('infra/alerts.json') ?? '[]')
  const rules = resources.filter(
    ({ type, isDeployed }) => isDeployed && type === 'Microsoft.Insights/scheduledQueryRules',
  )
  const ruleOf = ({ name }: Alert) =>
    rules.find((rule) => rule.name === name || rule.name.startsWith(`${name}-`)) ?? `the alert ${name} has no rule`
  return alerts.flatMap((alert) => {
    const rule = ruleOf(alert)
    return [...seriesProblems(alert), ...(typeof rule === 'string' ? [rule] : ruleProblems(alert, rule))]
  })
}

/** A counter that is looked at three times, every five minutes, misses nothing that Azure takes late. */
const THRICE = 15

/** How a rule asks: as far back as it has to and may, and each event that alarms by itself. */
function ruleProblems({ name, take, series, minutes }: Alert, { body }: Planned): string[] {
  const [criterion] = listOf(get(body, 'properties', 'criteria', 'allOf'))
  const query = asText(get(criterion, 'query'))
  const back = Number(/ago\((\d+)m\) \.\./.exec(query)?.[1])
  const window = 60 * Number(/^PT(\d+)H$/.exec(asText(get(body, 'properties', 'windowSize')))?.[1])
  const split = listOf(get(criterion, 'dimensions')).map((dimension) => asText(get(dimension, 'name')))
  const labels = /\| summarize measured = .* by (\w+)$/.exec(query)?.slice(1) ?? []
  const wanted = series === 'alarms' ? ['event'] : []
  return [
    ...(back <= window ? [] : [`the alert ${name} asks for ${back} minutes, and its rule is given ${window}`]),
    ...(take === 'sum' && minutes < THRICE ? [`the alert ${name} does not count what comes late`] : []),
    ...(String(split) === String(wanted) && String(labels) === String(wanted)
      ? []
      : [`the alert ${name} is split by ${split.join() || 'nothing'}, and its query by ${labels.join() || 'nothing'}`]),
  ]
}

const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : [])

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
