const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

/** Milliseconds as people say them: `850 ms`, `2.5 s`, `15 min`. */
export function durationText(duration: number): string {
  const [size, unit] = UNITS.find(([size]) => duration >= size) ?? [1, 'ms']
  return `${Number((duration / size).toFixed(1))} ${unit}`
}
