import { expect, test } from 'vitest'
import { boundedMap } from '../../../shared/core/bounded-map.ts'

const held = (map: ReturnType<typeof boundedMap<number>>) => ['a', 'b', 'c'].map(map.get)

test('what was set longest ago goes first, and only when there is more than there may be', () => {
  const map = boundedMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect(held(map)).toEqual([1, 2, undefined])
  map.set('a', 3)
  expect(held(map)).toEqual([3, 2, undefined])
  map.set('c', 4)
  expect(held(map)).toEqual([3, undefined, 4])
})

test('what is deleted makes room', () => {
  const map = boundedMap<number>(2)
  for (const key of ['a', 'b']) map.set(key, 1)
  map.delete('b')
  map.set('c', 2)
  expect(held(map)).toEqual([1, undefined, 2])
})
