import type { Row } from '../fault.ts'

/** Microsoft's notifications, our queue, and timers. */
export const MESSAGES: readonly Row[] = [
  [
    'W1',
    'forged client state',
    'a notification whose client state is wrong, missing, a list or huge',
    'refused in constant time; no message, no row, and it is counted',
  ],
  ['W2', 'borrowed client state', 'the client state of one subscription on another', 'nobody else is woken by it'],
  [
    'W3',
    'handshake with a script',
    'a validation token with a script, line ends or 64 kB',
    'told back as plain text that no browser sniffs; above 2 KiB refused',
  ],
  [
    'W4',
    'storm of notifications',
    '100,000 notifications in a minute for 10,000 people',
    'none is lost, each is answered before Microsoft gives up, and a few visits per mailbox do',
  ],
  ['W5', 'doubled notification', 'the same notification a thousand times', 'one visit that has an effect'],
  [
    'W6',
    'queue away',
    'the queue takes nothing for ten minutes',
    '503, so that Microsoft tells again; the sweep finds the rest',
  ],
  ['W7', 'silence', 'every notification of four hours is lost', 'each change is shown within 60 minutes'],
  [
    'W8',
    'body that is a trap',
    '5 MB, 10,000 levels deep, or packed to a thousandth',
    'refused at once, and memory does not grow',
  ],
  [
    'W9',
    'slow senders',
    '1,000 connections of a byte a second',
    'others are answered meanwhile; `npm run bench -- webhook` measures how much slower',
  ],
  [
    'W10',
    'lifecycle of a subscription',
    'removed, missed or to be authorized again, also forged',
    'made anew and read again; a forged one does nothing',
  ],
  [
    'W11',
    'notification before the answer',
    'we are told of our own creation before its answer is stored',
    'one event, recognised as ours',
  ],
  ['Q1', 'delivered again', 'completing a message fails after the work was done', 'the second handling writes nothing'],
  [
    'Q2',
    'lost lock',
    'a handler goes on after its lock has gone to another one',
    'what it writes is refused; nothing is lost or doubled',
  ],
  ['Q3', 'out of order', 'messages arrive in any order', 'the same state in the end'],
  [
    'Q4',
    'message that cannot be handled',
    'the handler fails each time',
    'a dead letter after ten tries, an alarm, others go on, and a replay may be repeated',
  ],
  ['Q5', 'swallowed wake-up', 'a second edit within the window of duplicate detection', 'it is read'],
  ['Q6', 'end at any step', 'the process ends before or after any effect', 'the next one puts it right'],
  [
    'Q7',
    'one large mailbox',
    'one person with 50,000 events among thousands with few',
    'the others wait no two minutes',
  ],
  ['Q8', 'huge event', 'an event larger than a message may be', 'no message has more than 4 KB'],
  ['T1', 'doubled tick', 'a timer runs twice, or on two instances at once', 'one effect'],
  [
    'T2',
    'missed ticks',
    'nothing runs for six hours',
    'one pass catches up, and subscriptions are renewed before they end',
  ],
  [
    'T3',
    'clocks',
    'instances five minutes apart, a leap day, summer time, the year 2038',
    'lifetimes are right, and no event moves',
  ],
]
