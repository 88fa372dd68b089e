import { createHash } from 'node:crypto'

/** How often something happens: true is always, false never, a number from 0 to 1 its probability. */
export type Share = boolean | number

/** Where chance comes from: the seed, and how often each name has been drawn since that was set. */
export interface Chance {
  seed: number
  draws: Record<string, number>
}

/**
 * Whether it happens this time. Each name draws from a sequence of its own, so that one fault does not change when
 * another one happens.
 */
export function happens(chance: Chance, name: string, share: Share): boolean {
  if (share === true || share === 1) return true
  if (share === false || share === 0) return false
  const number = chance.draws[name] ?? 0
  chance.draws[name] = number + 1
  return fraction(chance.seed, `${name} ${number}`) < share
}

/** Whether it happens to whom the id stands for: the answer stays the same as long as the seed does. */
export const happensTo = ({ seed }: Chance, name: string, id: string, share: Share): boolean =>
  fraction(seed, `${name} of ${id}`) < Number(share)

/** A number in [0, 1) that the seed and the text decide. */
const fraction = (seed: number, text: string): number =>
  createHash('sha256').update(`${seed} ${text}`).digest().readUInt32BE() / 2 ** 32

/** How often an ordered failure is given. */
export interface Ordered {
  times?: number | undefined
  every?: number | undefined
  probability?: number | undefined
}

const met = new WeakMap<Ordered, number>()

/** The first ordered failure that meets this request. One that was given as often as ordered leaves the list. */
export function takeNext<Order extends Ordered>(
  chance: Chance,
  list: Order[],
  matches: (order: Order) => boolean,
): Order | undefined {
  const taken = list.find((order) => matches(order) && isDue(chance, order))
  if (taken === undefined) return undefined
  const left = (taken.times ?? (taken.probability === undefined ? 1 : Number.POSITIVE_INFINITY)) - 1
  if (left === 0) list.splice(list.indexOf(taken), 1)
  else if (left < Number.POSITIVE_INFINITY) taken.times = left
  return taken
}

function isDue(chance: Chance, order: Ordered): boolean {
  const count = (met.get(order) ?? 0) + 1
  met.set(order, count)
  if (count % (order.every ?? 1) !== 0) return false
  const { times: _, ...name } = order
  return happens(chance, JSON.stringify(name), order.probability ?? true)
}
