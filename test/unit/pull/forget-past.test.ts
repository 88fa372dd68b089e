import { describe, expect, test } from 'vitest'
import { days, earlier, epochMs, hours } from '../../../shared/core/time.ts'
import { forgetOld, forgetPast } from '../../../shared/pull/forget-past.ts'
import type { AccountHead, CalendarState } from '../../../shared/pull/state.ts'
import { CALENDAR } from '../../support/calendar-state.ts'
import { createPullAccount, NOW } from '../../support/pull-account.ts'

const from = (day: string): CalendarState => ({
  ...{ ...CALENDAR, key: day },
  window: { from: epochMs(Date.parse(day)), to: NOW },
})

async function forgotten(calendars: readonly CalendarState[], head: Partial<AccountHead> = { keptFrom: '2026-08' }) {
  const account = createPullAccount({ calendars, head })
  await forgetPast(account.session, { past: 42 })
  return account.diary
}

describe('the months that windows have left behind', () => {
  test('are forgotten once all windows have', async () => {
    expect(await forgotten([from('2026-10-09'), from('2026-11-01')])).toEqual([
      ['forget months', ['2026-08', '2026-09'], '2026-10'],
    ])
  })

  test('are none within a month', async () => {
    expect(await forgotten([from('2026-10-09')], { keptFrom: '2026-10' })).toEqual([])
  })

  test('end earlier when the windows have come to begin earlier', async () => {
    const head = { keptFrom: '2026-11', failures: 3 }
    expect(await forgotten([from('2026-10-09'), from('2026-11-09')], head)).toMatchObject([
      ['save', { head: { keptFrom: '2026-10', failures: 3 } }],
    ])
  })

  test('begin where the window did when the person connected', async () => {
    const connectedAt = epochMs(Date.UTC(2026, 9, 10))
    expect(await forgotten([from('2026-10-09')], { connectedAt })).toMatchObject([
      ['forget months', ['2026-08', '2026-09'], '2026-10'],
    ])
  })

  const progress = { link: '', fresh: true, view: false, repeats: 0, touched: [], pages: 0, mixed: false }

  test('are kept while a round goes on, and while no calendar was read', async () => {
    expect(await forgotten([from('2026-10-09'), { ...CALENDAR, progress }])).toEqual([])
    expect(await forgotten([CALENDAR])).toEqual([])
    expect(await forgotten([])).toEqual([])
  })

  test('do not wait for a calendar that is deleted', async () => {
    expect(await forgotten([{ ...from('2026-08-09'), deleted: true }, from('2026-10-09')])).toHaveLength(1)
    expect(await forgotten([{ ...from('2026-08-09'), deleted: true, progress }, from('2026-10-09')])).toHaveLength(1)
    expect(await forgotten([{ ...from('2026-10-09'), deleted: true }])).toEqual([])
  })
})

describe('what was done with long ago', () => {
  const forgottenAt = async (head: Partial<AccountHead>) => {
    const account = createPullAccount({ head })
    await forgetOld(account.session, NOW)
    return account.diary
  }

  test('is forgotten once a day', async () => {
    const before = { actions: earlier(NOW, days(30)), changes: earlier(NOW, days(60)) }
    expect(await forgottenAt({ requestsForgottenAt: earlier(NOW, days(1)) })).toEqual([['forget old', NOW, before]])
    expect(await forgottenAt({ requestsForgottenAt: earlier(NOW, hours(23)), connectedAt: epochMs(0) })).toEqual([])
  })

  test('is looked for a day after the person connected', async () => {
    expect(await forgottenAt({ connectedAt: earlier(NOW, days(1)) })).toHaveLength(1)
    expect(await forgottenAt({ connectedAt: earlier(NOW, hours(23)) })).toEqual([])
  })
})
