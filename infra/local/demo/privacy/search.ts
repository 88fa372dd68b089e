import { createNeedles } from '../../canary-scan/needles.ts'
import { type Finding, placesOfFiles, placesOfLines, placesOfQueues, scan } from '../../canary-scan/scan.ts'
import { placesOfTables } from '../../canary-scan/tables.ts'
import type { ServiceBus } from '../../service-bus/start.ts'
import type { Canaries } from './canaries.ts'

const LOOK_EVERY_MS = 5

interface Searched {
  readonly tablesUrl: string
  readonly serviceBus: ServiceBus
  /** Every line of the Functions host so far. */
  readonly lines: readonly string[]
  /** The folder in which the stand-ins keep files. */
  readonly folder: string
}

/** Looks for canaries wherever the system keeps anything, and in the queue all the time. */
export interface Search {
  /** @returns what was looked through. @throws Error that names the places of what was found, now or since the last time. */
  run(): Promise<string>
  /** How many of the canaries stand in a text. */
  countIn(text: string): number
  stop(): void
}

export function createSearch(canaries: Canaries, { tablesUrl, serviceBus, lines, folder }: Searched): Search {
  const needles = createNeedles(canaries)
  const inQueue: Finding[] = []
  const seen = new Set<string>()
  // Messages are gone once they are handled.
  const watch = setInterval(() => look().catch((error: unknown) => console.error(error)), LOOK_EVERY_MS)

  async function look(): Promise<void> {
    const fresh = [...placesOfQueues(serviceBus.snapshot())].filter(({ name }) => !seen.has(name))
    for (const { name } of fresh) seen.add(name)
    inQueue.push(...(await scan(fresh, needles)).findings)
  }

  async function run(): Promise<string> {
    await look()
    const rows = await scan(placesOfTables(tablesUrl), needles)
    const files = await scan(placesOfFiles(folder), needles)
    const said = await scan(placesOfLines(lines), needles)
    const findings = [...inQueue, ...rows.findings, ...files.findings, ...said.findings]
    if (findings.length > 0) throw new Error(`${findings.length} found: ${findings.slice(0, 5).map(described)}`)
    const parts = [`${rows.places} rows (${mebibytes(rows.bytes)} MiB)`, `${seen.size} queue messages`]
    return `none in ${[...parts, `${said.places} log lines`, `${mebibytes(files.bytes)} MiB of files`].join(', ')}`
  }

  const countIn = (text: string): number =>
    new Set([...needles.within(Buffer.from(text))].map(({ secret }) => secret)).size

  return { run, countIn, stop: () => clearInterval(watch) }
}

const described = ({ place, secret, encoding }: Finding): string => `${secret} in ${place} as ${encoding}`

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
