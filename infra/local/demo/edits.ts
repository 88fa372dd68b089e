import { Temporal } from 'temporal-polyfill'
import { type Clock, days, later } from '../../../shared/core/time.ts'
import type { Outlook } from './outlook.ts'

/** Somebody who keeps changing a calendar in Outlook, always in the same way. */
export interface Editor {
  /** Creates, moves, renames or deletes an event, or makes a series. @returns what was done. */
  edit(): Promise<string>
}

export function createEditor(outlook: Outlook, clock: Clock): Editor {
  const events: string[] = []
  let count = 0

  const times = (number: number) => {
    const day = new Date(later(clock.now(), days(1 + (number % 20)))).toISOString().slice(0, 10)
    const at = Temporal.PlainDateTime.from(`${day}T${String(8 + (number % 9)).padStart(2, '0')}:00:00`)
    const moment = (time: Temporal.PlainDateTime) => ({ dateTime: time.toString(), timeZone: 'UTC' })
    return { day, start: moment(at), end: moment(at.add({ minutes: 45 })) }
  }

  async function create(number: number): Promise<string> {
    const { start, end } = times(number)
    events.push(await outlook.create({ subject: `Event ${number}`, start, end }))
    return 'created'
  }

  async function makeSeries(number: number): Promise<string> {
    const { day, start, end } = times(number)
    const pattern = { type: 'daily', interval: 2 }
    const range = { type: 'numbered', startDate: day, numberOfOccurrences: 5 }
    await outlook.create({ subject: `Series ${number}`, start, end, recurrence: { pattern, range } })
    return 'made a series'
  }

  return {
    async edit() {
      const number = ++count
      const id = events[number % Math.max(events.length, 1)]
      if (id === undefined || number % 3 === 0) return create(number)
      if (number % 8 === 1) return makeSeries(number)
      if (number % 7 === 1) {
        await outlook.remove(id)
        events.splice(events.indexOf(id), 1)
        return 'deleted'
      }
      const { start, end } = times(number)
      await outlook.change(id, number % 2 === 0 ? { start, end } : { subject: `Renamed ${number}` })
      return number % 2 === 0 ? 'moved' : 'renamed'
    },
  }
}
