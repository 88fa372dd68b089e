import type { EventChange, Knowledge, Outcome } from './knowledge.ts'

/**
 * Two judgements as one commit: the second is made on what the first has found, and wins where both speak of an item.
 * @param then makes the second one; it is given the knowledge with the first applied.
 */
export function mergeOutcomes(
  first: Outcome,
  then: (view: (known: Knowledge) => Knowledge) => Outcome,
  known: Knowledge,
): Outcome {
  const second = then((base) => ({
    item: (key) => (first.items.has(key) ? first.items.get(key) : base.item(key)),
    series: (key) => (first.series.has(key) ? first.series.get(key) : base.series(key)),
  }))
  const changes = new Map(first.changes.map((change) => [change.key, change]))
  for (const change of second.changes) {
    const earlier = changes.get(change.key)
    if (earlier?.previousMonths.length === 0 && known.item(change.key) === undefined && change.kind !== 'write')
      changes.delete(change.key)
    else changes.set(change.key, earlier === undefined ? change : joined(earlier, change))
  }
  return {
    changes: [...changes.values()],
    items: new Map([...first.items, ...second.items]),
    series: new Map([...first.series, ...second.series]),
  }
}

function joined(earlier: EventChange, change: EventChange): EventChange {
  const { previousMonths, leftCalendar } = earlier
  const was = { previousMonths, leftCalendar }
  if (change.kind !== 'write') return { ...change, ...was }
  return { ...change, ...was, isNews: change.isNews || earlier.kind !== 'write' || earlier.isNews }
}
