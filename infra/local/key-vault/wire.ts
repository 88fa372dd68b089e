import * as z from 'zod'
import { badParameter } from './errors.ts'
import { KEY_OPERATIONS, type KeyChange, type KeyVersion } from './keys.ts'
import { publicJwk } from './rsa.ts'

const Bytes = z.base64url().transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))

export const WrapRequest = z.object({ alg: z.literal('RSA-OAEP-256'), value: Bytes })
export const SignRequest = z.object({ alg: z.literal('PS256'), value: Bytes })
export const VerifyRequest = z.object({ alg: z.literal('PS256'), digest: Bytes, value: Bytes })
export const CreateRequest = z.object({
  kty: z.enum(['RSA', 'RSA-HSM']),
  key_size: z.literal(3072),
  key_ops: z.array(z.enum(KEY_OPERATIONS)).optional(),
})
export const UpdateRequest = z.object({
  attributes: z.object({ enabled: z.boolean().optional(), nbf: z.number().optional(), exp: z.number().optional() }),
})

/** What is not named stays as it is. */
export const changeOf = ({ enabled, nbf, exp }: z.infer<typeof UpdateRequest>['attributes']): KeyChange => ({
  ...(enabled !== undefined && { enabled }),
  ...(nbf !== undefined && { notBefore: nbf }),
  ...(exp !== undefined && { expires: exp }),
})

/** @throws VaultRefusal `BadParameter` naming what does not fit, as the service does. */
export function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw badParameter(
    `The request is not valid: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}.`,
  )
}

/** The address of a version, which is its id. */
const keyId = (vault: string, key: KeyVersion) => `${vault}/keys/${key.name}/${key.version}`

const attributes = ({ enabled, notBefore, expires, created, updated }: KeyVersion) => ({
  enabled,
  ...(notBefore !== undefined && { nbf: notBefore }),
  ...(expires !== undefined && { exp: expires }),
  created,
  updated,
  recoveryLevel: 'Recoverable+Purgeable',
  recoverableDays: 90,
})

export const keyBundle = (vault: string, key: KeyVersion) => ({
  key: { kid: keyId(vault, key), key_ops: key.operations, ...publicJwk(key.privateKey) },
  attributes: attributes(key),
})

export const keyItem = (vault: string, key: KeyVersion) => ({ kid: keyId(vault, key), attributes: attributes(key) })

export const operationResult = (vault: string, key: KeyVersion, value: Uint8Array) => ({
  kid: keyId(vault, key),
  value: Buffer.from(value).toString('base64url'),
})
