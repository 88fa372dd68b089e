import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { actionIdOf, parseActionId } from '../../../shared/api/change/action-id.ts'
import { wireAction } from '../../../shared/api/change/wire-action.ts'
import { epochMs } from '../../../shared/core/time.ts'
import type { Action } from '../../../shared/push/action.ts'

const ACTION: Action = {
  number: 7,
  token: 't',
  integrator: 'planner',
  kind: 'respond',
  state: 'rejected',
  acceptedAt: epochMs(Date.parse('2026-11-20T08:00:00.250Z')),
  finishedAt: epochMs(Date.parse('2026-11-20T08:00:09.999Z')),
  settledBefore: 0,
  overruled: [],
  tries: 0,
}

test('a rejected action tells its reason as a code and as a sentence', () => {
  expect(wireAction({ ...ACTION, reason: 'not_invited' }, true).action).toEqual({
    action_id: 'act_7_t',
    kind: 'participation_status',
    state: 'rejected',
    accepted_at: '2026-11-20T08:00:00Z',
    finished_at: '2026-11-20T08:00:09Z',
    reason: 'not_invited',
    description: expect.stringMatching(/not invited/),
    overruled: [],
  })
})

test.each([
  ['upsert', 'upsert'],
  ['delete', 'delete'],
  ['delete-all', 'delete_all'],
  ['respond', 'participation_status'],
] as const)('an action of the kind %s is called %s', (kind, name) => {
  expect(wireAction({ ...ACTION, kind }, true).action.kind).toBe(name)
})

test('an id of an action leads back to the action', () => {
  const token = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/)
  fc.assert(
    fc.property(fc.maxSafeNat(), token, (number, token) => {
      expect(parseActionId(actionIdOf({ number, token }))).toEqual({ number, token })
    }),
  )
})

test.each([
  '',
  'act_',
  'act_1',
  'act_1_',
  'act__t',
  'act_01_t',
  'act_A_t',
  'act_-1_t',
  'act_zzzzzzzzzzz_t',
  'xact_1_t',
  'act_1_t/',
])('%j is the id of no action', (id) => {
  expect(() => parseActionId(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})
