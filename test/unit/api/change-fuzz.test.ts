import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createChangeApi } from '../../../shared/api/change/change-api.ts'
import { asSyncError } from '../../../shared/core/errors.ts'
import { epochMs } from '../../../shared/core/time.ts'
import type { Grant } from '../../../shared/integrators/grant.ts'
import type { Action } from '../../../shared/push/action.ts'

const UID = `evt_external_${'k'.repeat(22)}`
const CALENDAR = `cal_${'c'.repeat(22)}`
const NEW = { event_id: 'fa-1', summary: 'Board', start: '2026-11-20T09:00:00Z', end: '2026-11-20T10:00:00Z' }

const ACTION: Action = {
  number: 1,
  token: 't',
  integrator: 'planner',
  kind: 'upsert',
  state: 'pending',
  acceptedAt: epochMs(0),
  settledBefore: 0,
  overruled: [],
  tries: 0,
}

/** Accepts whatever gets through to it. */
const accept = async () => ACTION
const api = createChangeApi({
  audit: { read: async () => undefined },
  authenticate: async () =>
    ({
      accountId: 'acc_anna',
      clientId: 'planner',
      scopes: ['read_write', 'change_participation_status'],
    }) as unknown as Grant,
  changes: { upsert: accept, delete: accept, deleteAll: accept, respond: accept, action: accept },
  publicUrl: 'https://sync.example',
})

function statusOf(name: 'upsert' | 'delete' | 'deleteMany' | 'respond', text: string): Promise<number> {
  const headers = new Headers({ 'content-type': 'application/json' })
  const params = { calendar_id: CALENDAR, event_uid: UID }
  const url = new URL('https://sync.example/v1/x')
  return api[name]({ method: 'POST', url, headers, params, requestId: 'r', body: async () => text }).then(
    ({ status }) => status,
    (error: unknown) => asSyncError(error).failure.http,
  )
}

const NAMES = [
  'event_id event_uid summary description description_html start end tzid location url attendees reminders color',
  'reminders_create_only transparency extended_transparency event_private conferencing attachments subscriptions',
  'recurrence based_on delete_all calendar_ids status __proto__ constructor toString',
].flatMap((line) => line.split(' '))

const anything = fc.jsonValue()
const ruleValue = fc.oneof(anything, fc.constantFrom('monday', 'monthly', 'yearly', '2026-12-01', 1, [3], ['friday']))
const ruleField = fc.constantFrom('frequency', 'interval', 'by_day', 'by_month_day', 'by_month', 'by_set_pos', 'until')
const fieldValue = fc.oneof(
  anything,
  fc.constantFrom('2026-11-20', '2026-11-20T09:00', 'Europe/Copenhagen', 'true', UID, CALENDAR, null, true),
  fc.record({ time: ruleValue, tzid: fc.oneof(anything, fc.constant('Europe/Copenhagen')) }),
  fc.record({ rules: fc.array(fc.dictionary(ruleField, ruleValue), { maxLength: 2 }) }),
  fc.record({ invite: fc.array(fc.record({ email: anything })), remove: anything }),
)
const fields = fc.dictionary(fc.constantFrom(...NAMES), fieldValue, { maxKeys: 5 })
const body = fc.oneof(
  anything,
  fields,
  fields.map((some) => ({ ...NEW, ...some })),
)

test('whatever JSON is sent, it is accepted, or the caller is told that it is wrong', async () => {
  const methods = fc.constantFrom('upsert', 'delete', 'deleteMany', 'respond')
  await fc.assert(
    fc.asyncProperty(methods, body, async (name, value) => {
      expect([202, 400, 422]).toContain(await statusOf(name, JSON.stringify(value)))
    }),
    { numRuns: 2000 },
  )
})

test('whatever text is sent, it is accepted, or the caller is told that it is wrong', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      expect([400, 422]).toContain(await statusOf('upsert', text))
    }),
  )
})

test.each(['['.repeat(65_000), `{"location":${'['.repeat(30_000)}${']'.repeat(30_000)}}`])(
  'a body of nothing but brackets is the fault of the caller',
  async (text) => {
    expect([400, 422]).toContain(await statusOf('upsert', text))
  },
)
