import type { CalendarChoice } from '../../../messages.ts'
import { element } from '../../dom.ts'
import { text } from '../../language.ts'
import { input, labelled, type Row, row, select, tick, ticked } from './field.ts'
import { guestField } from './guest-field.ts'
import { repeatFields } from './repeat-fields.ts'
import type { Values } from './values.ts'
import { whenFields } from './when-fields.ts'

export interface FormTask {
  values: Values
  /** Where a new event can go; empty when that is settled. */
  calendars: readonly CalendarChoice[]
  canRepeat: boolean
  canMeetOnline: boolean
  isSeries: boolean
  keptZone: string | undefined
}

export interface EventForm {
  nodes: HTMLElement[]
  title: HTMLInputElement
  read(): Values
  /** Differs from an earlier one when something was entered in between. */
  state(): string
  /** Marks what is wrong and moves the focus there. @returns whether all is well. */
  check(): boolean
  /** Marks what the API found wrong, by the API's names of the fields. */
  complain(fields: Record<string, string>): void
}

const words = text.editing
/** As many as Exchange keeps. */
const LONGEST_TITLE = 255

/** The fields of an event, filled in. */
export function eventForm(task: FormTask): EventForm {
  const { values, calendars, isSeries, keptZone } = task
  const title = input('text', values.title, { class: 'input input--title', placeholder: words.title })
  const calendar = select(
    calendars.map(({ id, name }) => [id, name] as const),
    values.calendarId,
  )
  const titleRow = row(undefined, labelled(words.title, title, 'labelled--title'))
  const when = whenFields({ values, keptZone, isSeries })
  const repeat = repeatFields(values.repeat, values.startDate)
  const guests = guestField(values.guests)
  const teams = tick(values.teams)
  teams.disabled = values.teams
  const teamsRow = row('video', ticked(words.teams, teams), values.teams ? muted(words.teamsFixed) : undefined)
  const place = input('text', values.place)
  const placeRow = row('place', labelled(words.place, place))
  const notes = element('textarea', { class: 'input', rows: '3' })
  notes.value = values.notes
  const notesRow = row('text', labelled(words.notes, notes))
  const calendarRow = row('calendar', labelled(words.calendar, calendar))

  const rows: (Row | undefined)[] = [
    titleRow,
    when,
    task.canRepeat ? repeat : undefined,
    guests,
    task.canMeetOnline || values.teams ? teamsRow : undefined,
    placeRow,
    notesRow,
    calendars.length > 1 ? calendarRow : undefined,
  ]

  const read = (): Values => ({
    ...values,
    ...when.read(),
    calendarId: calendars.length > 1 ? calendar.value : values.calendarId,
    title: title.value.trim(),
    repeat: task.canRepeat ? repeat.read(when.read().startDate) : values.repeat,
    guests: guests.read(),
    teams: teams.checked,
    place: place.value.trim(),
    notes: notes.value.trim() === values.notes.trim() ? values.notes : notes.value.trim(),
  })

  function checkTitle(): boolean {
    const isLong = title.value.trim().length > LONGEST_TITLE
    titleRow.complain(isLong ? words.errors.longTitle : undefined)
    return !isLong
  }

  const body = element('div', { class: 'editor-fields' }, ...rows.map((line) => line?.node))
  const focusFirstFault = () => body.querySelector<HTMLElement>('[aria-invalid]:not([hidden])')?.focus()
  const fieldRows: Record<string, Row> = {
    summary: titleRow,
    start: when,
    end: when,
    tzid: when,
    recurrence: repeat,
    attendees: guests,
    conferencing: teamsRow,
    location: placeRow,
    description: notesRow,
  }

  return {
    nodes: [body],
    title,
    read,
    state: () => JSON.stringify([read(), guests.typing()]),
    check() {
      const checks = [
        checkTitle(),
        when.check(),
        !task.canRepeat || repeat.check(when.read().startDate),
        guests.check(),
      ]
      if (checks.includes(false)) focusFirstFault()
      return !checks.includes(false)
    },
    complain(fields) {
      for (const [name, sentence] of Object.entries(fields)) {
        fieldRows[name.split(/[.[]/)[0] ?? '']?.complain(
          text.language === 'en' && sentence ? sentence : words.errors.fieldInvalid,
        )
      }
      focusFirstFault()
    },
  }
}

const muted = (sentence: string): HTMLElement => element('p', { class: 'muted small' }, sentence)
