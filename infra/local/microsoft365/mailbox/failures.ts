/** A refusal in Graph's own words: the HTTP status, the code and the message a client of the real service would get. */
export class MailboxFailure extends Error {
  override readonly name = 'MailboxFailure'
  readonly status: number
  readonly code: string
  /** Ids of events that stand beside code and message in the error object. */
  readonly ids: Record<string, string>

  constructor(status: number, code: string, message: string, ids: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.ids = ids
  }
}

export const invalidRequest = (message: string) => new MailboxFailure(400, 'ErrorInvalidRequest', message)

export const invalidProperty = (message = 'At least one property failed validation.') =>
  new MailboxFailure(400, 'ErrorPropertyValidationFailure', message)

export const invalidRecipient = (address: string) =>
  new MailboxFailure(
    400,
    'ErrorInvalidRecipients',
    `At least one recipient is not valid., Recipient '${address}' is not resolved. All recipients must be resolved before a message can be submitted.`,
  )

export const cancelledMeeting = (code: string) =>
  new MailboxFailure(400, code, "Your request can't be completed. The meeting has been cancelled by its organizer.")

export const folderExists = () =>
  new MailboxFailure(409, 'ErrorFolderExists', 'A folder with the specified name already exists.')

export const itemNotFound = () =>
  new MailboxFailure(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')

export const cannotUpdateDeleted = () =>
  new MailboxFailure(
    400,
    'ErrorCalendarCannotUpdateDeletedItem',
    'Cannot update calendar item that has already been deleted.',
  )

export const cannotDelete = () => new MailboxFailure(403, 'ErrorCannotDeleteObject', 'Object cannot be deleted.')

export const accessDenied = () =>
  new MailboxFailure(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')

export const staleChangeKey = (status: 412 | 409) =>
  new MailboxFailure(
    status,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  )

export const zoneNotSupported = (zone: string) =>
  new MailboxFailure(
    400,
    'TimeZoneNotSupportedException',
    `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${zone}'.`,
  )

export const crossingBoundary = () =>
  new MailboxFailure(
    400,
    'ErrorOccurrenceCrossingBoundary',
    'Modified occurrence is crossing or overlapping adjacent occurrence.',
  )

export const duplicateTransaction = (status: 400 | 409, existingEventId: string) =>
  new MailboxFailure(
    status,
    'ErrorDuplicateTransactionId',
    "Your request can't be completed. The TransactionId specified in the request has already been used to create a different event.",
    { '@event.existingEventId': existingEventId },
  )

export const syncStateNotFound = (generation: number, highest: number) =>
  new MailboxFailure(
    410,
    'SyncStateNotFound',
    `The sync state generation is not found; generation=${generation};[highest=${highest}].`,
  )
