import { expect, test } from 'vitest'
import { linesOf } from '../../bench/print.ts'

test('a figure is told with its spread, and whether it is within its limit', () => {
  const figures = [
    { what: 'time', value: 1.234, spread: 0.1, most: 1.3 },
    { what: 'memory', value: 151, unit: 'MiB', most: 150 },
    { what: 'rows', value: 12_345 },
  ]
  expect(linesOf({ figures, lines: ['a remark'] })).toEqual([
    '  time       1.23  ± 0.05  within 1.30',
    '  memory  151 MiB            ABOVE 150',
    '  rows     12,345',
    '  a remark',
  ])
})
