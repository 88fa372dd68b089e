import type { Row } from '../fault.ts'

/** Microsoft's calendars, and the places where we run. */
export const CALENDARS: readonly Row[] = [
  [
    'G1',
    'conflict',
    'both sides change one field, one deletes what the other edits or moves',
    'the rule decides, the loser is on record, both agree',
  ],
  ['G2', 'echo', 'our own write comes back as a change', 'nothing more is written'],
  ['G3', 'refused cursor', 'the cursor has expired', 'one full read, nothing deleted in masses, nothing twice'],
  [
    'G4',
    'throttled',
    '429 and 503 with Retry-After from 0 to 600 s, of a mailbox or of all',
    'kept; nobody else waits',
  ],
  [
    'G5',
    'series',
    'exceptions, cancelled occurrences, time zones, all-day, summer time, ten years',
    'the same after a round trip, and still after two passes',
  ],
  ['G6', 'creation without an answer', 'a creation times out and has happened', 'exactly one event'],
  [
    'G7',
    'half a read',
    'a later page fails, or the calendar changes between two pages',
    'the cursor stays, nothing is lost',
  ],
  [
    'G8',
    'everything gone',
    'an empty answer, 403, a mailbox that is gone',
    'nothing is deleted before a second read says the same; an alarm',
  ],
  [
    'G9',
    'connected again',
    'disconnected and connected again, also with another account',
    'nothing of somebody else, nothing twice',
  ],
  [
    'D1',
    'rolling deployment',
    'two versions of the app work on the same tables and queue',
    'each reads what the other wrote; a field that one of them does not know is worth no more than its default; rolling back is safe',
  ],
  ['D2', 'scaled in', 'SIGTERM while a handler works', 'it ends or gives up its message; nothing is lost or doubled'],
  [
    'D3',
    'lost region',
    'the place where the functions run is gone',
    'the package starts elsewhere on the same tables, and nothing that was accepted is lost',
  ],
]
