/**
 * What the service measures, in the field's words. A `histogram` is a duration in milliseconds, a `gauge` is a state that
 * is looked at every five minutes, a number of things where it has no unit. Labels have few values, each an opaque word: never an id, a name or a place.
 */
export const METRICS = {
  /** Not of what a first pull or a new window brings. */
  'sync.delay': { kind: 'histogram', about: "from Microsoft's time of a change to our commit of it", labels: ['mode'] },
  'action.delay': { kind: 'histogram', about: 'from the 202 to the outcome of an action', labels: ['outcome'] },
  'channel.delay': {
    kind: 'histogram',
    about: "from our commit of a change to a 2xx of an integrator's receiver",
    labels: [],
  },
  'queue.age': { kind: 'histogram', about: 'how long a message was in its queue', labels: ['queue'] },
  'webhook.duration': { kind: 'histogram', about: 'how long Graph waited for our answer', labels: [] },
  'http.duration': { kind: 'histogram', about: 'how long an answer took', labels: ['status'] },
  /** `refused` is any other 4xx, `failed` a 5xx, `unreachable` no answer. */
  'graph.duration': { kind: 'histogram', about: 'requests to Graph', labels: ['outcome'] },
  'vault.duration': { kind: 'histogram', about: 'operations of the Key Vault', labels: ['operation', 'outcome'] },
  'tables.duration': { kind: 'histogram', about: 'requests to the tables', labels: ['operation', 'outcome'] },
  'cache.lookups': { kind: 'counter', about: 'looks into a cache of keys', labels: ['cache', 'outcome'] },
  /** `failed`: one that there is could not be renewed; `refused`: a new one was not made. */
  'subscription.renewals': { kind: 'counter', about: 'renewals of subscriptions', labels: ['outcome'] },
  /** Not what a caller did wrong: requests that are answered 4xx. */
  failures: { kind: 'counter', about: 'failures by their code', labels: ['code'] },
  alarms: { kind: 'counter', about: 'lines of the log that an operator has to look at', labels: ['event'] },
  accounts: { kind: 'gauge', about: 'accounts', labels: ['state'] },
  calendars: { kind: 'gauge', about: 'calendars by how their changes are noticed', labels: ['mode'] },
  'wake-ups.overdue': { kind: 'gauge', unit: 'ms', about: 'how late the oldest planned visit is', labels: [] },
  'backup.age': {
    kind: 'gauge',
    unit: 'ms',
    about: 'since the newest complete backup was begun; not told where none are made',
    labels: [],
  },
  'dead-letters': { kind: 'gauge', about: 'messages that were given up', labels: ['queue'] },
} as const satisfies Record<string, Metric>

export interface Metric {
  readonly kind: 'histogram' | 'counter' | 'gauge'
  readonly unit?: 'ms'
  readonly about: string
  readonly labels: readonly string[]
}

type NamesOf<Kind> = {
  [Name in keyof typeof METRICS]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never
}[keyof typeof METRICS]

export type HistogramName = NamesOf<'histogram'>
export type CounterName = NamesOf<'counter'>
export type GaugeName = NamesOf<'gauge'>

/** A value for each label of the metric. */
export type LabelsOf<Name extends keyof typeof METRICS> = Readonly<
  Record<(typeof METRICS)[Name]['labels'][number], string>
>
