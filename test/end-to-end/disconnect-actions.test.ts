import { beforeEach, describe, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes, seconds } from '../../shared/core/time.ts'
import { PLANNER, type Sent } from '../support/authorization.ts'
import { lastAccount } from '../support/erasing.ts'
import { aroundCommit } from '../support/failing-tables.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let fixture: ServiceFixture
let writing: Writing
/** Whether the person's tokens are good for nothing. */
let isLockedOut: boolean
/** What is done just before an action is stored, once. */
let beforeAction: (() => Promise<void>) | undefined

beforeEach(async () => {
  isLockedOut = false
  beforeAction = undefined
  fixture = await startService({
    throughEntra: (entra) => ({
      ...entra,
      async accessToken(...given) {
        if (isLockedOut) throw new SyncError('RECONNECT_REQUIRED', 'the password was changed')
        return entra.accessToken(...given)
      },
    }),
    throughTables: (tables) =>
      aroundCommit(tables, async (_table, writes, commit) => {
        const act = writes.some(({ rowKey }) => rowKey.startsWith('action.')) ? beforeAction : undefined
        if (act !== undefined) beforeAction = undefined
        await act?.()
        return commit()
      }),
  })
  writing = await startWriting(Promise.resolve(fixture))
  await writing.upsert(writing.meeting())
  await writing.sync()
  await fixture.clock.advance(minutes(1))
})

const subjects = () => writing.held().map(({ fields }) => fields['subject'])
const isEnded = () => linesOf(fixture, 'account-disconnected').length === 1
const rename = () => writing.upsert(writing.meeting({ summary: 'Renamed' }))

/** The integrator's only access ends. */
async function revoke({ service } = fixture): Promise<void> {
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: lastAccount(fixture) }))
}

/** Whatever is to change an event is answered so, or not at all where that throws. */
function answerChanges(answer: () => Response): void {
  fixture.intercept = (sent) => (sent.method === 'PATCH' || sent.url.endsWith('/$batch') ? answer() : undefined)
}

/** The person comes back, when Microsoft 365 is well again. @returns how the action ended. */
async function comeBack(asked: Sent) {
  isLockedOut = false
  fixture.intercept = () => undefined
  const again = await writing.as(SAMPLE)
  await again.sync()
  await pass(fixture, minutes(2), minutes(1))
  return again.outcome(asked)
}

const REJECTED = { state: 'rejected', reason: 'disconnected' }

describe.each([
  { name: 'answered with 503', fail: () => Response.json({ error: { code: 'ErrorServerBusy' } }, { status: 503 }) },
  {
    name: 'not answered',
    fail: () => {
      throw new TypeError('timeout')
    },
  },
])('an action that is $name', ({ fail }) => {
  test('once, is applied before the tokens go', async () => {
    const asked = await rename()
    answerChanges(() => {
      fixture.intercept = () => undefined
      return fail()
    })
    await revoke()
    await fixture.settle()
    expect(isEnded()).toBe(false)
    for (let second = 0; second < 5; second++) {
      await fixture.clock.advance(seconds(1))
      await fixture.settle()
    }
    expect(isEnded()).toBe(true)
    expect(subjects()).toEqual(['Renamed'])
    expect(await comeBack(asked)).toMatchObject({ state: 'applied' })
  })

  test('for long, is rejected, and not applied when the person comes back', async () => {
    const asked = await rename()
    answerChanges(fail)
    await revoke()
    await pass(fixture, minutes(1), seconds(1))
    expect(isEnded()).toBe(true)
    expect(await comeBack(asked)).toMatchObject(REJECTED)
    expect(subjects()).toEqual(['Board meeting'])
  })
})

describe('without tokens, an action is rejected, and not applied when the person comes back,', () => {
  test('where nobody knew of it before', async () => {
    isLockedOut = true
    const asked = await rename()
    await revoke()
    // Whoever asked has a message of its own, which would find out first.
    await fixture.service.syncMailbox({ account: lastAccount(fixture), reason: 'revoked' })
    expect(isEnded()).toBe(true)
    expect(await comeBack(asked)).toMatchObject(REJECTED)
    expect(subjects()).toEqual(['Board meeting'])
  })

  test('where the person had to connect again', async () => {
    isLockedOut = true
    const asked = await rename()
    await fixture.settle()
    expect(linesOf(fixture, 'account-needs-reconnect')).toHaveLength(1)
    await revoke()
    await fixture.settle()
    expect(isEnded()).toBe(true)
    expect(await comeBack(asked)).toMatchObject(REJECTED)
    expect(subjects()).toEqual(['Board meeting'])
  })
})

test('an action that is being accepted while the account is disconnected is rejected by its own visit', async () => {
  beforeAction = async () => {
    await revoke()
    await fixture.settle()
  }
  const asked = await rename()
  expect([asked.status, isEnded()]).toEqual([202, true])
  await fixture.settle()
  expect(await comeBack(asked)).toMatchObject(REJECTED)
  expect(subjects()).toEqual(['Board meeting'])
})

describe('the tokens of an account that has to be connected again go', () => {
  beforeEach(async () => {
    await pass(fixture, hours(3), minutes(15))
    isLockedOut = true
    await rename()
    await fixture.settle()
    expect(linesOf(fixture, 'account-needs-reconnect')).toHaveLength(1)
    // The visits that were planned before are over.
    await pass(fixture, minutes(30))
  })

  test('within two hours, where the wake-up of a revocation is lost', async () => {
    const deaf = await startService({
      beside: fixture,
      throughWaker: () => ({ wake: () => Promise.reject(new SyncError('QUEUE_UNAVAILABLE', 'lost')) }),
    })
    await revoke(deaf)
    await pass(fixture, hours(2), minutes(15))
    expect(isEnded()).toBe(true)
  })

  test('within two days, where nobody was told that its last consent has ended', async () => {
    await fixture.service.oauth.integrators.remove(SAMPLE.clientId)
    await pass(fixture, days(2), hours(6))
    expect(isEnded()).toBe(true)
  })
})

describe('when another integrator keeps the account, an action of one whose access has ended', () => {
  let planner: Writing

  beforeEach(async () => {
    planner = await writing.as(PLANNER)
    await planner.sync()
    await fixture.clock.advance(minutes(1))
  })

  /** The person comes back with the integrator that still has their consent. @returns the titles then. */
  async function comeBackElsewhere() {
    isLockedOut = false
    await (await writing.as(PLANNER)).sync()
    await pass(fixture, minutes(2), minutes(1))
    return subjects()
  }

  async function lockOut(): Promise<void> {
    isLockedOut = true
    await fixture.settle()
    expect(linesOf(fixture, 'account-needs-reconnect')).toHaveLength(1)
  }

  test('is applied where it was accepted just before', async () => {
    await rename()
    await revoke()
    await writing.sync()
    expect([subjects(), isEnded()]).toEqual([['Renamed'], false])
  })

  test('is rejected at once where nobody can apply it', async () => {
    const asked = await rename()
    await lockOut()
    await revoke()
    await fixture.settle()
    expect(linesOf(fixture, 'action-settled').at(-1)).toMatchObject(REJECTED)
    expect(await comeBackElsewhere()).toEqual(['Board meeting'])
    expect(await comeBack(asked)).toMatchObject(REJECTED)
  })

  test('is rejected when the person comes back, where nobody was told of its end', async () => {
    await rename()
    await planner.upsert(planner.meeting({ event_id: 'fa-2', summary: 'Of the planner' }))
    await lockOut()
    await fixture.service.oauth.integrators.remove(SAMPLE.clientId)
    await pass(fixture, minutes(20), minutes(10))
    expect(await comeBackElsewhere()).toEqual(['Board meeting', 'Of the planner'])
    expect(linesOf(fixture, 'action-settled')).toContainEqual(expect.objectContaining(REJECTED))
  })
})
