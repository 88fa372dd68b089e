import * as z from 'zod'

/** A log line of the service: an event with facts. Other lines are the host's own. */
const Line = z.looseObject({ level: z.string(), event: z.string() })
type Line = z.infer<typeof Line>

export interface Narrator {
  /** @returns the line for the console, or undefined when there is nothing to tell. */
  tell(line: string): string | undefined
}

/** Turns log lines into the story of what happens, in words. Says no more than the log does: ids and counts. */
export function createNarrator(now: () => number): Narrator {
  const notifiedAt = new Map<string, number>()

  const stories: Record<string, (line: Line) => string | undefined> = {
    'account-connected': ({ account }) => `account ${short(account)} connected`,
    notified: ({ account }) => {
      const key = String(account)
      if (!notifiedAt.has(key)) notifiedAt.set(key, now())
      return undefined
    },
    'calendar-pulled': (line) => pulled(line),
    'action-settled': (line) => settled(line),
    subscribed: ({ account, calendar }) => `calendar ${short(calendar)} of ${short(account)} is notified from now on`,
    'setting-invalid': ({ setting, problem }) => `setting ${setting}: ${problem}`,
  }

  function pulled({ account, calendar, changes, first, durationMs }: Line): string | undefined {
    const since = notifiedAt.get(String(account))
    notifiedAt.delete(String(account))
    if (first === true) return `first pull of calendar ${short(calendar)}: ${changes} events after ${durationMs} ms`
    if (changes === 0) return undefined
    if (since === undefined) return `calendar ${short(calendar)}: ${changes} changes found by asking`
    return `notification -> ${plural(Number(changes), 'change')} applied after ${now() - since} ms`
  }

  function settled({ account, action, kind, state, reason, durationMs }: Line): string {
    const outcome = reason === undefined ? state : `${state} (${reason})`
    const since = durationMs === undefined ? '' : ` after ${durationMs} ms`
    return `action ${action} of ${short(account)}, ${kind} -> ${outcome}${since}`
  }

  return {
    tell(text) {
      if (text.startsWith('span ')) return text
      const line = parse(text)
      if (line === undefined) return undefined
      const story = stories[line.event]
      if (story !== undefined) return story(line)
      return line.level === 'info' ? undefined : `${line.level}: ${line.event} ${facts(line)}`
    },
  }
}

function parse(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return Line.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const short = (id: unknown): string => String(id).replace('acc_', '').slice(0, 6)

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const facts = ({ level: _level, event: _event, ...rest }: Line): string =>
  Object.entries(rest)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
