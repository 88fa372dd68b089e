import { expect, test } from 'vitest'
import { hours, minutes } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, startReading } from '../support/reading.ts'
import { startService } from '../support/service.ts'

test.each(['MailboxNotEnabledForRESTAPI', 'ErrorItemNotFound', 'ResourceNotFound'])(
  'G8: a mailbox that answers everything with 404 %s loses no event for it, and goes on when it is back',
  async (code) => {
    const fixture = await startService()
    const reading = await startReading(fixture, { singles: 60 })
    const before = await reading.shown()
    reading.mailbox.create(oneHour('While it was away', '2026-11-20'))
    fixture.intercept = () => Response.json({ error: { code, message: 'no' } }, { status: 404 })
    await fixture.deliver()
    await pass(fixture, minutes(30))
    expect(await reading.shown()).toEqual(before)
    fixture.intercept = () => undefined
    await pass(fixture, hours(7))
    expect(await reading.shown()).toEqual(reading.actual())
  },
)
