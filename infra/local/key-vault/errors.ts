import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** A refusal in the words of Key Vault. `inner` is the finer code that the service puts under `innererror`. */
export class VaultRefusal extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly inner: string | undefined

  constructor(status: ContentfulStatusCode, code: string, message: string, inner?: string) {
    super(message)
    this.status = status
    this.code = code
    this.inner = inner
  }
}

/** @see https://learn.microsoft.com/rest/api/keyvault/keys/get-key/get-key#keyvaulterror */
export const errorBody = ({ code, message, inner }: VaultRefusal) => ({
  error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) },
})

export const keyNotFound = (id: string) =>
  new VaultRefusal(404, 'KeyNotFound', `A key with (name/id) ${id} was not found in this key vault.`)

/** The service answers `Forbidden` and says `KeyDisabled` one level deeper. */
export const keyDisabled = (operation: string) =>
  new VaultRefusal(403, 'Forbidden', `Operation ${operation} is not allowed on a disabled key.`, 'KeyDisabled')

export const notValidNow = (operation: string) =>
  new VaultRefusal(
    403,
    'Forbidden',
    `Operation ${operation} is not allowed outside of the key's time.`,
    'KeyNotYetValidOrExpired',
  )

export const notPermitted = (operation: string) =>
  new VaultRefusal(403, 'Forbidden', `Operation ${operation} is not permitted on this key.`, 'KeyOperationForbidden')

export const badParameter = (message: string) => new VaultRefusal(400, 'BadParameter', message)

export const throttled = () =>
  new VaultRefusal(429, 'Throttled', 'Request was not processed because too many requests were received.')

export const away = () => new VaultRefusal(503, 'ServiceUnavailable', 'The service is temporarily unavailable.')
