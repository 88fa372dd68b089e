import { timingSafeEqual } from 'node:crypto'

/** Compares two secrets without telling where they differ; that their lengths do is told. */
export function sameText(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)]
  return first.length === second.length && timingSafeEqual(first, second)
}
