import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { hmacOf, signatureHeaders } from '../../../shared/channels/sign.ts'
import { later, minutes, systemClock } from '../../../shared/core/time.ts'

const BODY = '{"example":"well-known"}'
const OLD = 'CRN_NggYusqPGLxwjw5FHOJYOqSrTPNXy8WQf14OID'
const NEW = 'pDY0Oi7TJSP2hfNmZNkm5'
const ID = 'msg_1'

const sign = (at = systemClock.now(), secrets = [OLD, NEW]) => signatureHeaders({ id: ID, body: BODY, at }, secrets)

test('the published vectors of the body signature hold', () => {
  expect(hmacOf(BODY, OLD)).toBe('5DxentQi5YSXODEzTVv06sRwJ3pULIz1KrYv20qxEK0=')
  expect(hmacOf(BODY, NEW)).toBe('6r2/HjBkqymGegX0wOfifieeUXbbHwtV/LohHS+jv6c=')
})

test('X3: with two active secrets both signatures are there, with a comma and no space between', () => {
  expect(sign()['Cronofy-HMAC-SHA256']).toBe(`${hmacOf(BODY, OLD)},${hmacOf(BODY, NEW)}`)
})

test.each([OLD, NEW])('X3: a receiver that knows %s only verifies during the overlap', (secret) => {
  expect(new Webhook(secret, { format: 'raw' }).verify(BODY, { ...sign() })).toEqual({ example: 'well-known' })
  const prefixed = `whsec_${Buffer.from(secret).toString('base64')}`
  expect(new Webhook(prefixed).verify(BODY, { ...sign() })).toEqual({ example: 'well-known' })
})

test('X3: a secret that is not active does not verify, nor does another body, id or time', () => {
  const receiver = new Webhook(OLD, { format: 'raw' })
  expect(() => receiver.verify(BODY, { ...sign(undefined, [NEW]) })).toThrow('No matching signature')
  expect(() => receiver.verify(`${BODY} `, { ...sign() })).toThrow('No matching signature')
  expect(() => receiver.verify(BODY, { ...sign(), 'webhook-id': 'msg_2' })).toThrow('No matching signature')
  const earlier = String(Number(sign()['webhook-timestamp']) - 1)
  expect(() => receiver.verify(BODY, { ...sign(), 'webhook-timestamp': earlier })).toThrow('No matching signature')
})

test('X3: a stamp of more than five minutes ago is refused', () => {
  const now = systemClock.now()
  const receiver = new Webhook(OLD, { format: 'raw' })
  expect(() => receiver.verify(BODY, { ...sign(later(now, minutes(-6))) })).toThrow('too old')
  expect(receiver.verify(BODY, { ...sign(later(now, minutes(-4))) })).toBeDefined()
})
