import { beforeAll, describe, expect, test } from 'vitest'
import { NO_PROGRESS } from '../../support/progress.ts'
import { isWithin } from '../bench.ts'
import { figuresOf } from './bench.ts'
import { comparePeers } from './compare.ts'
import { type PeerScores, totalOf } from './report.ts'

const EVENTS = 200
const PAGES = 1

describe('the same script played to the peers and to us', () => {
  let all: readonly PeerScores[]
  const scoresOf = (name: string) => all.find((peer) => peer.name.includes(name))?.scores ?? []
  const chapterOf = (name: string, chapter: string) => scoresOf(name).find((score) => score.chapter === chapter)

  beforeAll(async () => {
    all = await comparePeers(EVENTS, NO_PROGRESS)
  }, 300_000)

  test('every peer is well made: at the end of each chapter it has each event once', () => {
    expect(all.map(({ name }) => name)).toHaveLength(4)
    for (const { name, scores } of all)
      for (const { chapter, missing, surplus } of scores)
        expect({ name, chapter, missing, surplus }).toEqual({ name, chapter, missing: 0, surplus: 0 })
  })

  test('every peer knows of every change, and writes a row only for what has changed', () => {
    for (const peer of all) expect(totalOf(peer).delaysMs).not.toContain(undefined)
    expect(chapterOf('full read', 'a quiet day')?.rowsWritten).toBe(0)
    expect(chapterOf('GET', 'a burst of 50')?.rowsWritten).toBe(50)
  })

  test('a quiet day costs a reader of everything as many reads as it has polls', () => {
    expect(chapterOf('full read', 'a quiet day')?.requests).toBe(288 * PAGES)
    expect(chapterOf('window again', 'a quiet day')?.requests).toBe(24 * PAGES)
  })

  test('a notified event costs a GET, and us a page of changes', () => {
    expect(chapterOf('GET', 'single changes')?.requests).toBe(24)
    expect(chapterOf('ours', 'single changes')?.requests).toBeLessThanOrEqual(24 + 2)
  })

  test('a burst of 50 costs us a page of changes for each delivery, and a GET for each event otherwise', () => {
    const gets = chapterOf('GET', 'a burst of 50')?.requests ?? 0
    expect(gets).toBe(40)
    expect(chapterOf('ours', 'a burst of 50')?.requests).toBeLessThan(gets / 2)
  })

  test('what Graph does not tell of we find before those who read everything once an hour', () => {
    const most = (name: string) =>
      Math.max(...(chapterOf(name, 'lost notifications')?.delaysMs ?? []).map((delay) => delay ?? Number.NaN))
    expect(most('ours')).toBeLessThan(most('window again'))
  })

  test('all that is promised of our copy holds', () => {
    for (const figure of figuresOf(all)) expect(figure).toSatisfy(isWithin)
  })
})
