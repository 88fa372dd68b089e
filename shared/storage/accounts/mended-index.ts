import type { ItemKey, KnownItem } from '../../pull/knowledge.ts'
import type { Write } from '../table.ts'
import type { AtomicGroup } from './batches.ts'
import { EMPTIED_SERIES } from './kinds.ts'
import type { Mending } from './mended-rows.ts'
import { isIn } from './row-keys.ts'

/**
 * The index and the series of an account of which something is not as it should be. Each tells of the other: of a series
 * that one of them has lost nobody would notice that it is gone, so all series are forgotten, and read as new ones. Parts
 * that are as they should be come first and wrong ones last, so that after a crash in between all of it is done again.
 */
export async function mendedIndex(mending: Mending): Promise<AtomicGroup[]> {
  const { older, damaged, sound, series } = mending
  const parts = [...sound.keys()].filter((key) => isIn('index', key))
  const broken = damaged.map(({ rowKey }) => rowKey)
  const wrong = [...older, ...broken].filter((key) => isIn('index', key))
  const right = parts.filter((key) => !wrong.includes(key))
  const serieses = [...series, ...broken.filter((key) => isIn('series', key))]
  const groups: AtomicGroup[] = []
  for (const key of right) groups.push([await partWrite(mending, key, (item) => item)])
  for (const key of serieses) groups.push([await emptied(mending, key)])
  for (const key of wrong) groups.push([await partWrite(mending, key, withoutDigest)])
  return groups
}

/** Without their digests all of its events differ from what Microsoft tells, and are written again. */
const withoutDigest = (item: KnownItem): KnownItem => ('digest' in item ? { ...item, digest: '' } : item)

async function partWrite(
  { rows, sound, next }: Mending,
  rowKey: string,
  change: (item: KnownItem) => KnownItem,
): Promise<Write> {
  const row = sound.get(rowKey)
  const items: Record<ItemKey, KnownItem> = {}
  if (row !== undefined)
    for (const [key, item] of Object.entries((await rows.index.decode(row)).items))
      if (item.kind === 'event') items[key] = change(item)
  return { kind: 'upsert', rowKey, properties: await rows.index.encode(rowKey, { items }, next()) }
}

async function emptied({ rows }: Mending, rowKey: string): Promise<Write> {
  return { kind: 'upsert', rowKey, properties: await rows.series.encode(rowKey, EMPTIED_SERIES) }
}
