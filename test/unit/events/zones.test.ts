import { Temporal } from 'temporal-polyfill'
import { afterEach, expect, test, vi } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import {
  dateInZone,
  ianaZone,
  instantInZone,
  isIanaZone,
  spelledZone,
  startOfDayInZone,
  wallClock,
  wallClockWithOffset,
  windowsZone,
} from '../../../shared/events/zones.ts'

const at = (text: string) => epochMs(Date.parse(text))

test.each([
  ['Romance Standard Time', 'da-DK', 'Europe/Copenhagen'],
  ['Romance Standard Time', 'es-ES', 'Europe/Madrid'],
  ['Romance Standard Time', undefined, 'Europe/Paris'],
  ['Romance Standard Time', null, 'Europe/Paris'],
  ['Romance Standard Time', 'da', 'Europe/Paris'],
  ['Romance Standard Time', 'da-DKX', 'Europe/Paris'],
  ['Romance Standard Time', 'ja-JP', 'Europe/Paris'],
  ['Europe/Copenhagen', 'es-ES', 'Europe/Copenhagen'],
  ['Nowhere Standard Time', 'da-DK', undefined],
  ['+02:00', 'da-DK', undefined],
  ['Romance Standard| Time', 'da-DK', undefined],
  ['', 'da-DK', undefined],
  [null, 'da-DK', undefined],
  [undefined, undefined, undefined],
])('the zone %s, read by somebody with the locale %s, is %s', (name, locale, zone) => {
  expect(ianaZone(name, locale)).toBe(zone)
})

test.each([
  ['Europe/Copenhagen', true],
  ['UTC', true],
  ['EST5EDT', true],
  ['PST', false],
  ['IST', false],
  ['Europe/Atlantis', false],
  ['+02:00', false],
  ['-0200', false],
  ['', false],
])('%s names a zone of the IANA database: %s', (name, expected) => {
  expect(isIanaZone(name)).toBe(expected)
})

test.each([
  ['Europe/Copenhagen', 'Romance Standard Time'],
  ['Asia/Calcutta', 'India Standard Time'],
  ['Asia/Kolkata', 'India Standard Time'],
  ['Europe/Kyiv', 'FLE Standard Time'],
  ['Antarctica/Troll', undefined],
])('Windows calls %s %s', (zone, windows) => {
  expect(windowsZone(zone)).toBe(windows)
})

test('a wall-clock time that a change of clocks skips is moved on, and a doubled one is the earlier', () => {
  const zone = 'Europe/Copenhagen'
  expect(instantInZone('2026-11-20T09:30:00', zone)).toBe(at('2026-11-20T08:30:00Z'))
  expect(instantInZone('2026-03-29T02:30:00', zone)).toBe(at('2026-03-29T01:30:00Z'))
  expect(instantInZone('2026-10-25T02:30:00', zone)).toBe(at('2026-10-25T00:30:00Z'))
})

test('a day begins at midnight on the wall, or where the clocks skip midnight, after it', () => {
  expect(startOfDayInZone('2026-11-20', 'Europe/Copenhagen')).toBe(at('2026-11-19T23:00:00Z'))
  expect(startOfDayInZone('2026-09-06', 'America/Santiago')).toBe(at('2026-09-06T04:00:00Z'))
})

test('an instant is shown with seconds and offset, and without the name of the zone', () => {
  expect(wallClockWithOffset(at('2026-11-03T13:30:00.750Z'), 'Europe/Copenhagen')).toBe('2026-11-03T14:30:00+01:00')
  expect(dateInZone(at('2026-11-03T23:30:00Z'), 'Europe/Copenhagen')).toBe('2026-11-04')
})

afterEach(() => vi.restoreAllMocks())

/** Counts how often names are looked up, from a moment on when `remembered` are remembered, `Zone/0` among them. */
function counting() {
  const looked = vi.spyOn(Temporal.Instant, 'fromEpochMilliseconds')
  const lookups = (...names: readonly string[]) => {
    const before = looked.mock.calls.length
    for (const name of names) isIanaZone(name)
    return looked.mock.calls.length - before
  }
  isIanaZone('Zone/0')
  for (let at = 0; at <= 1_000 && lookups('Zone/0') === 0; at++) isIanaZone(`Other/${at}`)
  return { lookups, remembered: 2 }
}

test('a name is looked up once, until a thousand others were', () => {
  const { lookups, remembered } = counting()
  const names = Array.from({ length: 1_000 - remembered }, (_, at) => `Zone/${at + 1}`)
  expect(lookups(...names)).toBe(names.length)
  expect(lookups('Zone/0', ...names)).toBe(0)
  expect(lookups('Zone/1000', 'Zone/1000', 'Zone/0', 'Zone/1000')).toBe(2)
})

test('a name that no zone has room for is not remembered', () => {
  const { lookups } = counting()
  const [long, longer] = [64, 65].map((length) => 'Z'.repeat(length))
  expect([lookups(long ?? '', long ?? ''), lookups(longer ?? '', longer ?? '')]).toEqual([1, 2])
})

test('a name that no zone has is looked up once, as others are', () => {
  const looked = vi.spyOn(Array.prototype, 'filter')
  const lookups = (name: string) => {
    looked.mockClear()
    ianaZone(name)
    return looked.mock.calls.length
  }
  const [first, again] = [lookups('Nowhere Standard Time'), lookups('Nowhere Standard Time')]
  expect([first > 0, again]).toEqual([true, 0])
})

// By the offsets that hold there, and not by the package's list, which is older than they are.
test.each([
  ['America/Chihuahua', 'Central Standard Time (Mexico)', '-06:00'],
  ['America/Ciudad_Juarez', 'Mountain Standard Time', '-07:00'],
  ['America/Mazatlan', 'Mountain Standard Time (Mexico)', '-07:00'],
  ['America/Ojinaga', 'Central Standard Time', '-06:00'],
  ['America/Scoresbysund', 'Greenland Standard Time', '-02:00'],
  ['Asia/Almaty', 'Qyzylorda Standard Time', '+05:00'],
  ['Asia/Bishkek', 'Central Asia Standard Time', '+06:00'],
])('%s is written under a name with its own time, %s', (zone, windows, offset) => {
  const winter = epochMs(Date.UTC(2027, 0, 15))
  expect(windowsZone(zone)).toBe(windows)
  for (const locale of [undefined, 'es-MX', 'kk-KZ', 'en-US'])
    for (const name of [zone, ianaZone(windows, locale) ?? ''])
      expect(wallClockWithOffset(winter, name)).toContain(offset)
})

test.each([
  ['europe/copenhagen', 'Europe/Copenhagen'],
  ['ETC/UTC', 'ETC/UTC'],
  ['Europe/Copenhagen', 'Europe/Copenhagen'],
  ['nowhere/atall', 'nowhere/atall'],
])('%s is spelled %s', (zone, spelled) => {
  expect(spelledZone(zone)).toBe(spelled)
})

test('a clock on the wall shows a day and a time, whatever the zone', () => {
  expect(wallClock(at('2026-11-03T13:30:00.750Z'), 'Europe/Copenhagen')).toBe('2026-11-03T14:30:00')
  expect(wallClock(at('2026-11-03T23:30:00Z'), 'UTC')).toBe('2026-11-03T23:30:00')
})
