import { setTimeout as sleep } from 'node:timers/promises'
import { creation } from '../../infra/local/demo/stage.ts'
import type { Dice } from '../support/dice.ts'
import { keyOf, type Ledger } from './ledger.ts'
import type { Person } from './people.ts'
import type { Requests } from './requests.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

/** Everybody who edits, as the ledger counts them. */
export const HANDS = ['Outlook', 'integrator', 'FlowAgent'] as const

interface Hands {
  readonly person: Person
  readonly ledger: Ledger
  readonly dice: Dice
  readonly requests: Requests
  /** Keys of the integrator's events, oldest first; whatever Outlook has changed is no longer among them. */
  readonly own: string[]
  /** The start of the day that times are counted from, in milliseconds since the epoch. */
  readonly today: number
}

/** A start within the next sixty days, on the hour. */
const someStart = ({ dice, today }: Hands): number => today + (1 + dice.below(60)) * DAY + (7 + dice.below(10)) * HOUR

const span = (startAt: number) => {
  const at = (time: number) => new Date(time).toISOString().slice(0, 19)
  return { start: at(startAt), end: at(startAt + HOUR / 2) }
}

/** Somebody at the calendar in Outlook, who creates, moves, renames and deletes, the integrator's events too. */
export async function editInOutlook(hands: Hands, signal: AbortSignal): Promise<void> {
  const { person, ledger, dice } = hands
  const { outlook, index } = person
  const ids = new Map<string, string>()
  for (let number = 1; !signal.aborted; number += 1) {
    await sleep(500 + dice.below(3_500))
    const key = dice.pick([...ids.keys(), undefined, undefined, undefined])
    const id = key === undefined ? undefined : ids.get(key)
    const startAt = someStart(hands)
    const { start, end } = span(startAt)
    const times = { start: { dateTime: start, timeZone: 'UTC' }, end: { dateTime: end, timeZone: 'UTC' } }
    if (key === undefined || id === undefined) {
      if (dice.chance(0.3) && (await renameTheirs(hands, number))) continue
      const made = `O${index}-${number}`
      ids.set(made, await outlook.create({ subject: `${made} r0`, ...times }))
      ledger.want(made, { person: index, titles: [`${made} r0`], startAt, isGone: false })
      ledger.count('Outlook')
      continue
    }
    const before = ledger.events.get(key)
    if (before === undefined) continue
    if (dice.chance(0.2)) {
      await outlook.remove(id)
      ids.delete(key)
      ledger.want(key, { ...before, isGone: true })
    } else if (dice.chance(0.5)) {
      await outlook.change(id, times)
      ledger.want(key, { ...before, startAt })
    } else {
      await outlook.change(id, { subject: `${key} r${number}` })
      ledger.want(key, { ...before, titles: [`${key} r${number}`] })
    }
    ledger.count('Outlook')
  }
}

/** Renames an event of the integrator; both titles are right from then on, and the integrator lets it be. */
async function renameTheirs({ person, ledger, own, today }: Hands, number: number): Promise<boolean> {
  const shown = await person.outlook.events(today as never, (today + 70 * DAY) as never)
  const event = shown.find(({ title }) => own.includes(keyOf(title)))
  if (event === undefined) return false
  const key = keyOf(event.title)
  own.splice(own.indexOf(key), 1)
  const title = `${key} Outlook${number}`
  await person.outlook.change(event.id, { subject: title })
  const before = ledger.events.get(key)
  if (before !== undefined) ledger.want(key, { ...before, titles: [...before.titles, title] })
  ledger.count("Outlook, on the integrator's")
  return true
}

/** The integrator, who asks again until it is told that a change is accepted. */
export async function writeOverApi(hands: Hands, signal: AbortSignal): Promise<void> {
  const { person, ledger, dice, own, requests } = hands
  const path = `/v1/calendars/${person.integratorCalendar}/events`
  for (let number = 1; !signal.aborted; number += 1) {
    await sleep(500 + dice.below(3_500))
    const key = own.length > 3 && dice.chance(0.5) ? own.splice(dice.below(own.length), 1)[0] : undefined
    const before = key === undefined ? undefined : ledger.events.get(key)
    if (key !== undefined && before !== undefined && dice.chance(0.25)) {
      await requests.untilAccepted('DELETE', path, { event_id: key })
      ledger.want(key, { ...before, isGone: true })
    } else {
      const name = key ?? `I${person.index}-${number}`
      const startAt = someStart(hands)
      const { start, end } = span(startAt)
      const summary = `${name} r${number}`
      await requests.untilAccepted('POST', path, { event_id: name, summary, start: `${start}Z`, end: `${end}Z` })
      ledger.want(name, { person: person.index, titles: [summary], startAt, isGone: false })
      own.push(name)
    }
    ledger.count('integrator')
  }
}

/** Somebody in FlowAgent who makes events, and saves again until FlowAgent says that it is saved. */
export async function writeInFlowAgent(hands: Hands, signal: AbortSignal): Promise<void> {
  const { person, ledger, dice, requests } = hands
  for (let number = 1; !signal.aborted; number += 1) {
    await sleep(2_000 + dice.below(6_000))
    const key = `F${person.index}-${number}`
    const startAt = someStart(hands)
    const { start, end } = span(startAt)
    const at = (time: string) => ({ time, tzid: 'Etc/UTC' })
    const request = creation(person.flowagentCalendar, key, { title: `${key} r0`, start: at(start), end: at(end) })
    await requests.untilDone('FlowAgent', () => person.flowagent.save(request))
    ledger.want(key, { person: person.index, titles: [`${key} r0`], startAt, isGone: false })
    ledger.count('FlowAgent')
  }
}
