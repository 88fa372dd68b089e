import { type ConfigResult, configOrThrow } from '../config.ts'
import { type ApiResponse, json } from './response.ts'

/**
 * `GET /.well-known/microsoft-identity-association.json`: shows Microsoft that the application in Entra and this domain
 * belong together, so that sign-in pages name the domain. The type is wanted without parameters.
 * @see https://learn.microsoft.com/entra/identity-platform/howto-configure-publisher-domain
 * @throws SyncError `SETTINGS_INVALID`
 */
export const publisherDomain = (settings: ConfigResult): ApiResponse =>
  json(
    200,
    { associatedApplications: [{ applicationId: configOrThrow(settings).MICROSOFT_CLIENT_ID }] },
    { 'content-type': 'application/json' },
  )
