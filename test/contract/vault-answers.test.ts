import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { systemClock } from '../../shared/core/time.ts'
import { createVault, staticVaultCredential } from '../../shared/crypto/vault.ts'

const CHALLENGE = {
  'www-authenticate': 'Bearer authorization="https://login.example", resource="https://vault.azure.net"',
}

test('an answer that names no version is a failure, and so is one without a key', async () => {
  const key = { kty: 'RSA', n: randomBytes(384).toString('base64url'), e: 'AQAB' }
  const answers = [{ key: { ...key, kid: 'keys/signing-key' } }, { key: { kty: 'RSA', kid: 'keys/signing-key/1' } }]
  const answering = createServer((request, response) => {
    const [answer] = request.headers.authorization === undefined ? [undefined] : answers
    if (answer === undefined) {
      response.writeHead(401, CHALLENGE).end()
      return
    }
    const kid = `http://${request.headers.host}/${answer.key.kid}`
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ key: { ...answer.key, kid } }))
  })
  await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(answering.address() as AddressInfo).port}`
  const vault = createVault({ url, credential: staticVaultCredential('token', systemClock), clock: systemClock })
  for (; answers.length > 0; answers.shift())
    await expect(vault.sign(Buffer.from('x'))).rejects.toMatchObject({
      code: 'VAULT_UNAVAILABLE',
      facts: { operation: 'get' },
    })
  answering.close()
})
