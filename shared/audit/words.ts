import type { Act } from './ports.ts'

/** What was done, in the words of our pages. */
export const WORDS: Readonly<Record<Act, string>> = {
  'organisation-installed': 'The app was installed for the organisation',
  'organisation-restricted': 'It was changed who of the organisation may connect',
  'organisation-uninstalled': 'The app was uninstalled for the organisation',
  'signed-in': 'Somebody signed in to a page of ours',
  connected: 'The Microsoft 365 account was connected',
  consented: 'A program was allowed to use the calendar',
  permitted: 'A program was allowed to change events it did not create',
  reconnected: 'The Microsoft 365 account was connected again',
  read: 'A program read the calendar during this hour',
  written: 'A program asked for changes',
  'calendar-created': 'A program asked for a new calendar',
  revoked: 'The access of a program ended',
  disconnected: 'The connection to Microsoft 365 ended, because no program may use it any more',
  exported: 'Everything that is stored was exported',
  'erasure-begun': 'The erasure began',
  erased: 'Everything about the account was erased',
  'ledger-replayed': 'Erasures were repeated after a backup had been restored',
  'keys-rewrapped': 'Keys were wrapped with a new version of the vault key',
  'account-key-renewed': 'The account got a new key',
  'rollback-noticed': 'A stored row was found to be an older version of itself',
  'integrator-registered': 'A program was registered, or its registration changed',
  'integrator-secret-rotated': 'The secrets of a program changed',
  'integrator-removed': 'A program was removed',
  'authentication-failed': 'Requests came with credentials that are not good',
}
