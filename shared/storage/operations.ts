import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type EpochMs, epochMs } from '../core/time.ts'
import { type Figures, merged, noFigures } from '../operations/figures.ts'
import type { OperationsStore } from '../operations/ports.ts'
import type { Sample } from '../operations/sample.ts'
import { forgetRows } from './forget-rows.ts'
import {
  COMMIT_MAX_WRITES,
  insertOrReplace,
  type Properties,
  type StoredRow,
  type Tables,
  type Write,
} from './table.ts'

/** Slots and samples are in one partition, so that what moves from the ones to the others moves in one transaction. */
const PARTITION = 'figures'
const SLOTS = ['slot.', 'slot/'] as const
const AFTER_SAMPLES = 'sample/'

/** Figures in plain, compressed: numbers under the names of metrics. @see schema.md */
export function createOperationsStore(tables: Tables): OperationsStore {
  const table = tables.table('operations')

  async function moveInto(at: EpochMs, slots: readonly StoredRow[]): Promise<void> {
    const rowKey = sampleKey(at)
    const known = await table.get(PARTITION, rowKey)
    const before = known === undefined ? noFigures : figuresOf(known)
    const properties = propertiesOf(slots.map(figuresOf).reduce(merged, before))
    const sample = insertOrReplace(rowKey, properties, known?.etag)
    const deletions = slots.map(({ rowKey, etag }): Write => ({ kind: 'delete', rowKey, etag }))
    await table.commit(PARTITION, [sample, ...deletions])
  }

  return {
    async put(id, figures) {
      await table.commit(PARTITION, [{ kind: 'insert', rowKey: `${SLOTS[0]}${id}`, properties: propertiesOf(figures) }])
    },
    async gather(at) {
      for await (const page of table.range(PARTITION, ...SLOTS))
        for (let from = 0; from < page.length; from += COMMIT_MAX_WRITES - 1)
          await moveInto(at, page.slice(from, from + COMMIT_MAX_WRITES - 1))
    },
    async samples(from) {
      const samples: Sample[] = []
      for await (const page of table.range(PARTITION, sampleKey(from), AFTER_SAMPLES))
        samples.push(...page.map((row) => ({ at: timeOf(row), ...figuresOf(row) })))
      return samples.reverse()
    },
    forget: (before) => forgetRows(table, PARTITION, (row) => row.rowKey.startsWith('sample.') && timeOf(row) < before),
  }
}

const sampleKey = (at: EpochMs): string => `sample.${String(at).padStart(15, '0')}`

const timeOf = ({ rowKey }: StoredRow): EpochMs => epochMs(Number(rowKey.slice('sample.'.length)))

const propertiesOf = (figures: Figures): Properties => ({ figures: deflateRawSync(JSON.stringify(figures)) })

/** A row that is damaged has nothing to say, and must not keep the others from being read: they tell of what is wrong. */
function figuresOf({ properties: { figures } }: StoredRow): Figures {
  if (!(figures instanceof Uint8Array)) return noFigures
  try {
    return { ...noFigures, ...(JSON.parse(inflateRawSync(figures).toString()) as Figures) }
  } catch {
    return noFigures
  }
}
