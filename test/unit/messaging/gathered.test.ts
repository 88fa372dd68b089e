import { expect, test } from 'vitest'
import { gathered } from '../../../shared/messaging/gathered.ts'

/** Sends whose end a test decides. */
function sends() {
  const lots: { readonly items: readonly number[]; end(error?: Error): void }[] = []
  const send = (items: readonly number[]) =>
    new Promise<void>((resolve, reject) => {
      lots.push({ items, end: (error) => (error === undefined ? resolve() : reject(error)) })
    })
  return { lots, ask: gathered(send) }
}

const soon = () => new Promise((resolve) => setImmediate(resolve))

test('what is asked for while a lot is on its way goes out together, in order, when that has arrived', async () => {
  const { lots, ask } = sends()
  const first = ask([1])
  await soon()
  const others = [ask([2, 3]), ask([]), ask([4])]
  await soon()
  expect(lots.map(({ items }) => items)).toEqual([[1]])
  lots[0]?.end()
  await first
  await soon()
  expect(lots.map(({ items }) => items)).toEqual([[1], [2, 3, 4]])
  lots[1]?.end()
  await Promise.all(others)
})

test('nobody is told of success before their own lot has arrived', async () => {
  const { lots, ask } = sends()
  const told: string[] = []
  const first = ask([1]).then(() => told.push('first'))
  await soon()
  const second = ask([2]).then(() => told.push('second'))
  lots[0]?.end()
  await first
  await soon()
  expect(told).toEqual(['first'])
  lots[1]?.end()
  await second
})

test('a lot that fails takes those who wait with it, and whoever comes later is sent', async () => {
  const { lots, ask } = sends()
  const first = ask([1])
  await soon()
  const second = ask([2])
  lots[0]?.end(new Error('not taken'))
  await expect(first).rejects.toThrow('not taken')
  await expect(second).rejects.toThrow('not taken')
  const third = ask([3])
  await soon()
  lots[1]?.end()
  await third
  expect(lots.map(({ items }) => items)).toEqual([[1], [3]])
})
