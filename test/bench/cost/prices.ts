/**
 * Public list prices in US dollars, without discounts, reservations and taxes. Where a price differs by region it is that
 * of a European one; no list of Denmark East's own prices was at hand. `checked` says where and when the figure was seen;
 * without it the figure is the usual one of the price page, to be looked up before anybody relies on it.
 */
export interface Price {
  readonly usd: number
  readonly per: string
  readonly checked?: string
}

const FLEX = 'azure.microsoft.com/pricing/details/functions, Flex Consumption; as quoted in 2025'
const BUS = 'Azure Retail Prices API, Service Bus, April 2026'

export const PRICES = {
  onDemandGBs: { usd: 0.000026, per: 'GB-s', checked: FLEX },
  alwaysReadyGBs: { usd: 0.000016, per: 'GB-s at work, always ready', checked: FLEX },
  baselineGBs: { usd: 0.000004, per: 'GB-s, always ready', checked: FLEX },
  executions: { usd: 0.4, per: 'million executions', checked: FLEX },
  tableRequests: { usd: 0.00036, per: '10,000 table requests' },
  tableGB: { usd: 0.0563, per: 'GB and month in tables, ZRS' },
  blobGB: { usd: 0.0245, per: 'GB and month in blobs, hot, ZRS' },
  busBase: { usd: 10, per: 'Standard namespace and month', checked: BUS },
  busUnit: { usd: 0.9275, per: 'Premium unit and hour', checked: BUS },
  vaultOperations: {
    usd: 0.15,
    per: '10,000 requests for keys of RSA-3072, public ones taken for no cheaper',
    checked: 'Azure Retail Prices API, September 2026',
  },
  keyRotation: { usd: 1, per: 'automated rotation' },
  logGB: { usd: 2.76, per: 'GB of logs, kept for 90 days' },
  betweenRegionsGB: {
    usd: 0.02,
    per: 'GB between regions of Europe',
    checked: 'azure.microsoft.com/pricing/details/bandwidth',
  },
  internetGB: { usd: 0.087, per: 'GB to the internet', checked: 'azure.microsoft.com/pricing/details/bandwidth' },
  alertRule: { usd: 0.1, per: 'metric alert and month' },
  logAlertRule: { usd: 1.5, per: 'log alert, every five minutes, and month' },
} as const satisfies Readonly<Record<string, Price>>

/** Operations of Service Bus Standard in a month: from where on, and what a million more costs. */
export const BUS_TIERS: readonly { readonly from: number; readonly usd: number }[] = [
  { from: 0, usd: 0 },
  { from: 13e6, usd: 0.8 },
  { from: 100e6, usd: 0.5 },
  { from: 2_500e6, usd: 0.2 },
]

/** What is free in a month and subscription. Always-ready instances have no grant. */
export const FREE = { gbSeconds: 100_000, executions: 250_000, logGB: 5, internetGB: 100 } as const

/**
 * The highest price of a table request that was seen in a list of this year (EUR 0.1005 per 10,000, Sweden Central, for
 * the dearest kind), for a look at how much hangs on it.
 */
export const DEAREST_TABLE_REQUESTS = { usd: 0.11, per: '10,000 table requests' } as const satisfies Price
