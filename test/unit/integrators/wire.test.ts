import { expect, test } from 'vitest'
import { OAuthErrorAnswer, RevokeBody, TokenAnswer, TokenBody } from '../../../shared/api/oauth/wire.ts'
import { createOAuthWorld, issueCode, redemption, refreshing, tokens } from '../../support/oauth.ts'

test('the answers of the token endpoint are as the reference says, and so is what a good client sends', async () => {
  const world = await createOAuthWorld()
  const redeem = redemption(await issueCode(world))
  const first = await tokens(world, redeem)
  const refresh = refreshing(first.body['refresh_token'] ?? '')
  const second = await tokens(world, refresh)
  for (const { body } of [first, second]) expect(TokenAnswer.strict().parse(body)).toEqual(body)
  for (const body of [redeem, refresh]) expect(TokenBody.parse(body)).toEqual(body)
  const refusal = await tokens(world, { ...redeem, grant_type: 'password' })
  expect(OAuthErrorAnswer.strict().parse(refusal.body)).toEqual(refusal.body)
  expect(RevokeBody.safeParse({ client_id: 'flowagent', client_secret: 'x', sub: 'acc_anna' }).success).toBe(true)
})
