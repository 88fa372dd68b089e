import { COMPLETE_EVENT, COMPLETE_SERIES } from './feed-graph.ts'
import type { Outcomes } from './outcome.ts'

export interface Expectation {
  /** What each way of feeding has to end with; ways that are not named may end with any typed outcome. */
  readonly outcomes: Outcomes
  readonly reason: string
  /** What an event that was recorded in part lacked. */
  readonly complete?: object
  /** What Microsoft's rules offer or ask for and this version does not do. */
  readonly notMet?: string
}

const expectation = (reason: string, outcomes: Outcomes, more: Partial<Expectation> = {}): Expectation => ({
  outcomes,
  reason,
  ...more,
})

const NOTIFIED = {
  'as it stands': 'NOTIFICATION_FORGED',
  'with our clientState': '202, 1 wake-up',
  'beside one of ours': '202, 1 wake-up',
}
const REFUSED = { request: 'MICROSOFT_REFUSED', subscribe: 'MICROSOFT_REFUSED' }

/** What the writer answers, in each of the forms a call is sent in. */
const written = (answer: string): Outcomes => ({
  create: answer,
  'create in a batch': `${answer}; gone`,
  update: answer,
})

/** The outcome each recorded payload must have. A file that is not listed must have a typed outcome. */
export const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  'batch-03-mixed-statuses.json': expectation('each item of a batch has its own status; the third is missing', {
    batch: 'gone; refused as none; later; refused as RequestBadRequest',
  }),
  'delta-01-occurrence-sparse.json': expectation('the rest of an occurrence is in its series', {
    item: 'sparse, times kept; cursor',
  }),
  'delta-03-empty-round.json': expectation('an empty round is normal; links are replayed verbatim', {
    page: 'cursor',
    link: 'sent back letter for letter',
  }),
  'delta-05-deltaLink-path-differs.json': expectation('a link is never rebuilt', {
    page: 'cursor',
    link: 'sent back letter for letter',
  }),
  'delta-07-removed.json': expectation('a tombstone has an id and nothing else', { item: 'removed; cursor' }),
  'error-400-ErrorDuplicateTransactionId.json': expectation('the event that is there is adopted', {
    ...REFUSED,
    ...written('exists as AAMkADVxTAAA='),
  }),
  'error-400-ErrorOccurrenceCrossingBoundary.json': expectation('a request that can never succeed', {
    ...REFUSED,
    ...written('refused as ErrorOccurrenceCrossingBoundary'),
  }),
  'error-400-cancel-by-attendee.json': expectation('a request that can never succeed', {
    ...REFUSED,
    ...written('refused as ErrorInvalidRequest'),
  }),
  'error-400-subscription-validation-not-200.json': expectation('the calendar is polled meanwhile', REFUSED),
  'error-400-subscription-validation-timeout.json': expectation('the calendar is polled meanwhile', REFUSED),
  'error-401-token-expired.json': expectation('a fresh access token helps', {
    request: 'MICROSOFT_TOKEN_EXPIRED',
    changes: 'MICROSOFT_TOKEN_EXPIRED',
    renew: 'MICROSOFT_TOKEN_EXPIRED',
    create: 'MICROSOFT_TOKEN_EXPIRED',
    'create in a batch': 'later; gone',
  }),
  'error-404-ErrorItemNotFound.json': expectation('gone since the notification', {
    request: 'ITEM_GONE',
    changes: 'CALENDAR_GONE',
    ...written('gone'),
  }),
  'error-404-subscription-gone.json': expectation('an expired one is made anew', { renew: 'ITEM_GONE' }),
  'error-409-subscription-duplicate.json': expectation('the one that is there is adopted', {
    subscribe: 'SUBSCRIPTION_EXISTS',
  }),
  'error-410-SyncStateNotFound.json': expectation('a reset without a Location, in capitals', {
    changes: 'CURSOR_EXPIRED',
  }),
  'error-412-stale-etag.json': expectation('somebody was faster', {
    request: 'MICROSOFT_REFUSED',
    ...written('conflict'),
  }),
  'error-429-MailboxConcurrency.json': throttled(10_000),
  'error-429-fractional-retry-after.json': throttled(2128),
  'error-429-generic-activityLimit.json': throttled(120_000),
  'event-01-allday-get.json': expectation(
    'days are never converted; the recording lacks id and etag',
    { item: 'MICROSOFT_UNEXPECTED_SHAPE', completed: 'single event, days kept; cursor' },
    { complete: COMPLETE_EVENT },
  ),
  'event-03-recurrence-customized-tz.json': expectation('a zone nobody can map is not needed; 0001-01-01 is no end', {
    'known zone': 'endless, zone of its series',
    'unknown zone': 'endless, zone unknown',
  }),
  'event-04-seriesMaster-get.json': expectation(
    'only the head of the body was recorded',
    { item: 'MICROSOFT_UNEXPECTED_SHAPE', completed: 'series, times kept; cursor' },
    { complete: COMPLETE_SERIES },
  ),
  'event-05-cancelledOccurrences-get.json': expectation(
    'cancelled occurrences are found by their absence from the round',
    { item: 'MICROSOFT_UNEXPECTED_SHAPE', completed: 'series, times kept; cursor' },
    { complete: COMPLETE_SERIES, notMet: 'no GET of a series: cancelledOccurrences is not read' },
  ),
  'event-06-calendarView-full.json': expectation('a full event; a view without a link is no round of changes', {
    page: 'MICROSOFT_UNEXPECTED_SHAPE',
    'page with a link': 'single event, times kept; cursor',
  }),
  'lifecycle-01-reauthorizationRequired.json': expectation('the subscription is renewed', NOTIFIED),
  'lifecycle-02-subscriptionRemoved.json': expectation('the subscription is made anew', NOTIFIED),
  'lifecycle-03-missed.json': expectation('the next round has what was missed', NOTIFIED),
  'notification-01-event-updated.json': expectation('without a clientState it is not ours', NOTIFIED),
  'notification-02-message-created.json': expectation('a clientState that is not ours', NOTIFIED),
  'oauth-01-token-success.json': expectation('the tokens of the sample are cut; its scope is not the calendar', {
    'redeem with our ID token': 'CONSENT_DECLINED',
    'redeem with our ID token and scopes': 'signed in',
  }),
  'oauth-02-token-error.json': expectation('a scope of ours is wrong: nobody has to reconnect', {
    redeem: 'MICROSOFT_REFUSED',
    refresh: 'MICROSOFT_REFUSED',
  }),
  'oauth-03-refresh-expired-700082.json': expectation('only the person can help', {
    redeem: 'SIGN_IN_EXPIRED',
    refresh: 'RECONNECT_REQUIRED',
  }),
  'oauth-05-adminconsent-redirects.json': expectation(
    'the error is looked at first; an approval is no sign-in',
    {
      'ok as it stands': 'REQUEST_INVALID',
      'ok with our state': 'REQUEST_INVALID',
      'error as it stands': 'REQUEST_INVALID',
      'error with our state': '403 APPROVAL_REQUIRED',
    },
    { notMet: 'no page for the return of an administrator' },
  ),
  'oauth-06-authorize-error-redirect.json': expectation('without a state it belongs to nobody', {
    'error as it stands': 'REQUEST_INVALID',
    'error with our state': '403 CONSENT_DECLINED',
  }),
  'subscription-201.json': expectation('seven digits after the second', { subscribe: 'end kept', renew: 'end kept' }),
  'validation-jwt-claims.json': expectation(
    'only notifications that carry data come with a token',
    {},
    { notMet: 'notifications with data are not asked for' },
  ),
  'validation-request.json': expectation('the decoded token, unaltered', {
    'spaces as +': '200, plain text, echoed',
    'spaces as %20': '200, plain text, echoed',
  }),
}

function throttled(waitMs: number): Expectation {
  const outcome = `MICROSOFT_THROTTLED, again after ${waitMs} ms`
  return expectation('waits as long as it is told to', {
    ...{ request: outcome, changes: outcome, subscribe: outcome },
    ...written(`throttled, after ${waitMs} ms`),
  })
}
