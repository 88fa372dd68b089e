import { SyncError } from '../shared/core/errors.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed, seconds } from '../shared/core/time.ts'
import type { QueueName } from '../shared/messaging/dead-letters.ts'
import { namesAccount, type Operator } from '../shared/operations/operator.ts'
import { type Overview, overviewOf } from '../shared/operations/overview.ts'
import type { Watch } from '../shared/operations/watch.ts'
import { drain } from './ops-drain.ts'
import { accountText, deadLettersText, replayText, statusText } from './ops-text.ts'
import { troubleOf } from './ops-trouble.ts'
import { parseOptions, UsageError } from './usage-error.ts'

export const OPS_USAGE = `npm run ops -- status [--hours N] [--watch]     how the service does
               account ACCOUNT                  how one account does, without its contents
               dead-letters [--queue QUEUE]     messages that were given up
               replay [--queue QUEUE]           has them handled again
               resync ACCOUNT [--calendar CAL]  reads calendars again from the beginning
               reencrypt ACCOUNT | --all        a new key, under which the rows are sealed again
               drain [--minutes N]              waits until nothing is left to do; ends with 1 when something is

ACCOUNT is acc_…, pro_… or <tenant id>/<object id>; CAL is cal_…; QUEUE is mailbox or channel.
--json writes JSON; --settings FILE takes the settings of a local.settings.json, else they are those of the environment,
and without ENVIRONMENT those of the local system; stderr says which. Ends with 0 when done, 1 on failure, 2 when it was
not understood.
`

const OPTIONS = {
  all: { type: 'boolean' },
  calendar: { type: 'string' },
  hours: { type: 'string' },
  json: { type: 'boolean' },
  minutes: { type: 'string' },
  queue: { type: 'string' },
  settings: { type: 'string' },
  watch: { type: 'boolean' },
} as const

/** Which options each command takes beside `json` and `settings`, and whether it is about an account. */
const COMMANDS = {
  status: { options: ['hours', 'watch'], account: 'no' },
  account: { options: [], account: 'yes' },
  'dead-letters': { options: ['queue'], account: 'no' },
  replay: { options: ['queue'], account: 'no' },
  resync: { options: ['calendar'], account: 'yes' },
  reencrypt: { options: ['all'], account: 'or-all' },
  drain: { options: ['minutes'], account: 'no' },
} as const satisfies Record<string, { options: readonly string[]; account: 'yes' | 'no' | 'or-all' }>

type Command = keyof typeof COMMANDS

export interface OpsArguments {
  readonly command: Command
  /** Empty where none is named. */
  readonly account: string
  readonly queue: QueueName | undefined
  readonly calendar: string | undefined
  readonly hours: number
  readonly minutes: number
  readonly settings: string | undefined
  readonly isJson: boolean
  readonly isWatched: boolean
}

export interface OpsPorts {
  readonly watch: Watch
  /** Opens the service's keys. */
  operator(): Promise<Operator>
  readonly clock: Clock
  write(text: string): void
}

/** @throws UsageError. */
export function parseOps(args: readonly string[]): OpsArguments {
  const { values, positionals } = parseOptions({ args: [...args], options: OPTIONS, allowPositionals: true })
  const [command = '', account = '', ...more] = positionals
  if (!isCommand(command)) throw new UsageError(command === '' ? 'what is to be done?' : `there is no ${command}`)
  if (more.length > 0) throw new UsageError(`what is ${more.join(' ')}?`)
  checkOptions(command, account, values)
  return {
    ...{ command, account, settings: values.settings, calendar: calendarOf(values.calendar) },
    queue: queueOf(values.queue),
    hours: wholeNumber('hours', values.hours, 1, 14 * 24),
    minutes: wholeNumber('minutes', values.minutes, 10, 24 * 60),
    isJson: values.json === true,
    isWatched: values.watch === true,
  }
}

const isCommand = (name: string): name is Command => Object.hasOwn(COMMANDS, name)

function checkOptions(command: Command, account: string, values: Readonly<Record<string, unknown>>): void {
  const { options, account: wanted } = COMMANDS[command]
  const allowed: readonly string[] = [...options, 'json', 'settings']
  const stranger = Object.keys(values).find((name) => !allowed.includes(name))
  if (stranger !== undefined) throw new UsageError(`${command} has no --${stranger}`)
  const isWanted = wanted === 'yes' || (wanted === 'or-all' && values['all'] !== true)
  if (isWanted && account === '') throw new UsageError(`${command} which account?`)
  if (!isWanted && account !== '') throw new UsageError(`what is ${account}?`)
  if (isWanted && !namesAccount(account))
    throw new UsageError('an account is named acc_…, pro_…, or <tenant id>/<object id>')
}

function queueOf(name: string | undefined): QueueName | undefined {
  if (name === undefined || name === 'mailbox' || name === 'channel') return name
  throw new UsageError('the queues are mailbox and channel')
}

function calendarOf(id: string | undefined): string | undefined {
  if (id === undefined || /^cal_[\w-]{22}$/.test(id)) return id
  throw new UsageError('a calendar is named cal_…')
}

function wholeNumber(name: string, text: string | undefined, usual: number, most: number): number {
  if (text === undefined) return usual
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= most) return number
  throw new UsageError(`--${name} is a whole number from 1 to ${most}`)
}

/** @returns the exit code. @throws SyncError what the operator's acts throw. */
export async function runOps(ports: OpsPorts, args: OpsArguments): Promise<number> {
  const { watch, operator } = ports
  const { account, queue, calendar, isJson } = args
  const told = <Value>(value: Value, text: (value: Value) => string): number => {
    ports.write(isJson ? `${JSON.stringify(value)}\n` : text(value))
    return 0
  }
  const now = ports.clock.now()
  switch (args.command) {
    case 'status':
      return status(ports, args)
    case 'account':
      return told(await (await operator()).account(account), (report) => accountText(report, now))
    case 'dead-letters':
      return told(await watch.deadLetters(queue), deadLettersText)
    case 'replay':
      return told(await (await operator()).replay(queue), replayText)
    case 'resync':
      return told(
        { calendars: await (await operator()).resync(account, calendar) },
        ({ calendars }) => `${calendars} calendars are read again from the beginning.\n`,
      )
    case 'reencrypt':
      return told(
        { accounts: await reencrypt(await operator(), account) },
        ({ accounts }) =>
          `${accounts} accounts have new keys. Visits seal their rows again, from half an hour later on.\n`,
      )
    case 'drain':
      return drain(ports, args)
  }
}

async function reencrypt(operator: Operator, account: string): Promise<number> {
  if (account === '') return operator.reencryptAll()
  await operator.reencrypt(account)
  return 1
}

const WATCHED_EVERY: DurationMs = seconds(10)

/** Forever, when it is watched: Ctrl-C ends it, and a failure is told in its place. */
async function status({ watch, clock, write }: OpsPorts, args: OpsArguments): Promise<number> {
  const { hours, isJson, isWatched } = args
  for (;;) {
    const began = clock.now()
    const told = await watch.status(hours).then(
      (status) => overviewText(overviewOf(status), args, clock.now()),
      (error: unknown) => {
        if (!isWatched || !(error instanceof SyncError)) throw error
        return isJson ? `${JSON.stringify({ failure: error.code })}\n` : `${troubleOf(error)}\n`
      },
    )
    write(isWatched && !isJson ? `${CLEAR}${told}` : told)
    if (!isWatched) return 0
    await clock.sleep(Math.max(0, WATCHED_EVERY - elapsed(began, clock.now())) as DurationMs)
  }
}

const overviewText = (overview: Overview, { hours, isJson }: OpsArguments, now: EpochMs): string =>
  isJson ? `${JSON.stringify(overview)}\n` : statusText(overview, hours, now)

/** ANSI: clears the screen and goes to its top. */
const CLEAR = '\u001b[2J\u001b[H'
