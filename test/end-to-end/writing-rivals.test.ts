import { beforeEach, expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { PLANNER } from '../support/authorization.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
let planner: Writing
let uid: string | undefined

beforeEach(async () => {
  at = await startWriting()
  planner = await at.as(PLANNER)
  await at.upsert(at.meeting())
  await at.sync()
  uid = (await planner.read())[0]?.event_uid
})

/** Graph refuses for now what says one of these words. */
function refuse(...words: readonly string[]): void {
  at.fixture.intercept = async (request) => {
    const body = await request.clone().text()
    if (!words.some((word) => body.includes(word))) return undefined
    return Response.json({ error: { code: 'ErrorInternalServerError', message: '' } }, { status: 500 })
  }
}

/** Graph takes everything again, and time passes with every visit that is due in it. */
async function recover(): Promise<void> {
  refuse()
  for (let minute = 0; minute < 5; minute++) {
    await at.fixture.clock.advance(minutes(1))
    await at.fixture.service.wakeDue()
    await at.fixture.settle()
  }
}

const subject = () => at.held()[0]?.fields['subject']

test('a wish that failed for a while does not replace what another integrator has asked for later', async () => {
  refuse('Early')
  const early = await planner.upsert({ event_uid: uid, summary: 'Early', location: { description: 'Room 4' } })
  await at.fixture.settle()
  const late = await at.upsert(at.meeting({ summary: 'Late' }))
  await at.fixture.settle()
  expect(subject()).toBe('Late')
  await recover()
  expect(at.held()[0]?.fields).toMatchObject({ subject: 'Late', location: { displayName: 'Room 4' } })
  expect(await at.outcome(late)).toMatchObject({ state: 'applied' })
  expect(await planner.outcome(early)).toMatchObject({ state: 'applied', overruled: [] })
})

test('a wish that has lost all it asked for is superseded by the later one', async () => {
  const early = await planner.upsert({ event_uid: uid, summary: 'Early' })
  const late = await at.upsert(at.meeting({ summary: 'Late' }))
  at.writes()
  await at.fixture.settle()
  expect(at.writes()).toHaveLength(1)
  expect(subject()).toBe('Late')
  expect(await at.outcome(late)).toMatchObject({ state: 'applied' })
  expect(await planner.outcome(early)).toMatchObject({ state: 'superseded' })
})

test('a later wish that is rejected leaves the earlier one its chance', async () => {
  const early = await planner.upsert({ event_uid: uid, summary: 'Early' })
  const late = await at.upsert(at.meeting({ summary: 'x'.repeat(1024) }))
  await at.fixture.settle()
  expect(subject()).toBe('Early')
  expect(await at.outcome(late)).toMatchObject({ state: 'rejected' })
  expect(await planner.outcome(early)).toMatchObject({ state: 'applied' })
})

test('what an integrator only repeats replaces nothing that another one has asked for meanwhile', async () => {
  refuse('First', 'Second')
  await at.upsert(at.meeting({ summary: 'First' }))
  await at.fixture.settle()
  await planner.upsert({ event_uid: uid, summary: 'Second' })
  await at.fixture.settle()
  await at.upsert(at.meeting({ summary: 'First', location: { description: 'Room 4' } }))
  await recover()
  await at.upsert(at.meeting({ summary: 'First', location: { description: 'Room 4' } }))
  await at.fixture.settle()
  expect(at.held()[0]?.fields).toMatchObject({ subject: 'Second', location: { displayName: 'Room 4' } })
})
