/** How a method of the npm package `cronofy` uses an endpoint. */
export interface ClientMethod {
  readonly name: string
  /** The id of the endpoint in the registry. */
  readonly endpoint: string
  /** Members that the client takes from its configuration, where the caller does not give them. */
  readonly configured?: readonly string[]
  /** Members that the client sets itself. */
  readonly fixed?: readonly string[]
  /** Members that this method needs and the endpoint does not always. */
  readonly needs?: readonly string[]
  /** Whether it takes the address of a further page in place of everything else. */
  readonly isPaged?: boolean
}

const TOKEN = ['client_id', 'client_secret', 'refresh_token']

/** The methods of version 3.8.4 whose endpoints we have. */
export const METHODS: readonly ClientMethod[] = [
  {
    name: 'requestAccessToken',
    endpoint: 'exchangeToken',
    configured: TOKEN,
    fixed: ['grant_type'],
    needs: ['code', 'redirect_uri'],
  },
  { name: 'refreshAccessToken', endpoint: 'exchangeToken', configured: TOKEN, fixed: ['grant_type'] },
  { name: 'revokeAuthorization', endpoint: 'revokeToken', configured: TOKEN },
  { name: 'userInfo', endpoint: 'readUserinfo' },
  { name: 'accountInformation', endpoint: 'readAccount' },
  { name: 'profileInformation', endpoint: 'readProfiles' },
  { name: 'listCalendars', endpoint: 'readCalendars' },
  { name: 'readEvents', endpoint: 'readEvents', isPaged: true },
  { name: 'freeBusy', endpoint: 'readFreeBusy', isPaged: true },
  { name: 'createCalendar', endpoint: 'createCalendar' },
  { name: 'revokeProfileAuthorization', endpoint: 'revokeProfile' },
  { name: 'createNotificationChannel', endpoint: 'createChannel' },
  { name: 'listNotificationChannels', endpoint: 'listChannels' },
  { name: 'deleteNotificationChannel', endpoint: 'closeChannel' },
  { name: 'elevatedPermissions', endpoint: 'requestPermissions' },
  { name: 'batch', endpoint: 'sendBatch' },
  { name: 'availability', endpoint: 'findAvailability' },
  { name: 'createEvent', endpoint: 'upsertEvent', needs: ['event_id'] },
  { name: 'updateExternalEvent', endpoint: 'upsertEvent', needs: ['event_uid'] },
  { name: 'deleteEvent', endpoint: 'deleteEvent', needs: ['event_id'] },
  { name: 'deleteExternalEvent', endpoint: 'deleteEvent', needs: ['event_uid'] },
  { name: 'bulkDeleteEvents', endpoint: 'deleteEvents' },
]
