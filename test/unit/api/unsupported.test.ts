import { expect, test } from 'vitest'
import { answerUnknown } from '../../../shared/api/unknown-address.ts'
import { UNSUPPORTED } from '../../../shared/api/unsupported.ts'
import { isFailure } from '../../../shared/core/errors.ts'
import { request } from '../../support/oauth.ts'

test.each(Object.keys(UNSUPPORTED))('%s is answered with what there is instead, whoever asks', async (name) => {
  for (const address of [`/v1/${name}`, `/v1/${name}/some-id/disable`]) {
    const { status, body } = await answerUnknown(request(address, { method: 'POST', body: '{}' }))
    expect(status).toBe(404)
    expect(JSON.parse(body)).toEqual({
      error: 'NOT_SUPPORTED',
      description: expect.stringContaining(name),
      request_id: expect.any(String),
    })
  }
})

test.each(['/v1/', '/v1/constructor', '/v1/calendar', '/v1/application_calendar'])('%s is nothing', async (address) => {
  const failure = await answerUnknown(request(address)).catch((error: unknown) => error)
  expect(isFailure(failure, 'NOT_FOUND')).toBe(true)
})
