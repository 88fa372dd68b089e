import { createAttendees } from './attendees.ts'
import { byId } from './dom.ts'
import { type Repeat, weekdayOf } from './repeat.ts'
import { addDays } from './span.ts'
import { spanOfValues, type Values } from './values.ts'
import { WEEKDAYS } from './wire.ts'

export interface Form {
  fill(values: Values): void
  read(): Values
}

/** The fields of the editor. They show only what applies, and the end follows when the start is moved. */
export function createForm(form: HTMLFormElement): Form {
  const attendees = createAttendees(byId('attendee-chips', HTMLElement), byId('attendee-input', HTMLInputElement))
  let kept: Repeat | undefined
  let before: Values | undefined

  function read(): Values {
    const data = new FormData(form)
    const text = (name: string) => String(data.get(name) ?? '')
    return {
      subject: text('subject').trim(),
      calendarId: text('calendarId'),
      isAllDay: data.has('isAllDay'),
      startDate: text('startDate'),
      startTime: text('startTime'),
      endDate: text('endDate'),
      endTime: text('endTime'),
      timeZone: text('timeZone'),
      repeat: readRepeat(data, kept),
      attendees: attendees.get(),
      location: text('location').trim(),
      showAs: text('showAs'),
      reminder: text('reminder'),
      isPrivate: data.has('isPrivate'),
      isOnlineMeeting: data.has('isOnlineMeeting'),
      body: text('body').trim(),
    }
  }

  function fill(values: Values): void {
    const { repeat, attendees: invited, ...plain } = values
    form.reset()
    kept = repeat
    for (const [name, value] of Object.entries({ ...plain, ...repeatFields(repeat) })) setField(form, name, value)
    attendees.set(invited)
    for (const box of form.querySelectorAll<HTMLInputElement>('[name=isOnlineMeeting]')) box.disabled = box.checked
    showWhatApplies(form)
    before = read()
    checkEnd(form, before)
  }

  form.addEventListener('change', ({ target }) => {
    const isStart = target instanceof HTMLInputElement && target.name.startsWith('start')
    if (isStart && before !== undefined) follow(form, before, read())
    before = read()
    showWhatApplies(form)
    checkEnd(form, before)
  })
  return { fill, read }
}

function readRepeat(data: FormData, kept: Repeat | undefined): Repeat {
  const kind = String(data.get('repeat')) as Repeat['kind']
  if (kind === 'kept' && kept !== undefined) return kept
  return {
    kind,
    interval: Math.max(1, Number(data.get('interval'))),
    days: WEEKDAYS.filter((day) => data.getAll('days').includes(day)),
    ends: String(data.get('ends')) as Repeat['ends'],
    until: String(data.get('until')),
    count: Math.max(1, Number(data.get('count'))),
  }
}

const repeatFields = ({ kind, interval, days, ends, until, count }: Repeat) => ({
  repeat: kind,
  interval: String(interval),
  days,
  ends,
  until,
  count: String(count),
})

function setField(form: HTMLFormElement, name: string, value: string | boolean | readonly string[]): void {
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>(`[name="${name}"]`)) {
    if (field instanceof HTMLInputElement && field.type === 'checkbox') {
      field.checked = typeof value === 'boolean' ? value : value.includes(field.value)
    } else field.value = offered(field, String(value))
  }
}

/** A value that a list does not have is added to it, so that it is not lost. */
function offered(field: HTMLInputElement | HTMLSelectElement, value: string): string {
  if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value)) {
    field.add(new Option(value, value))
  }
  return value
}

/** Each part of the form says with `data-when="field=value value"` when it is there. */
function showWhatApplies(form: HTMLFormElement): void {
  const data = new FormData(form)
  for (const part of form.querySelectorAll<HTMLElement>('[data-when]')) {
    const conditions = (part.dataset['when'] ?? '').split('&').map((condition) => condition.split('='))
    part.hidden = !conditions.every(([name = '', wanted = '']) =>
      wanted.split(' ').includes(String(data.get(name) ?? '')),
    )
  }
}

/** What follows when the start is moved: the end, and the weekday of a series that has only one. */
function follow(form: HTMLFormElement, before: Values, after: Values): void {
  moveEnd(form, before, after)
  const [day, ...others] = after.repeat.days
  if (after.startDate === '' || others.length > 0 || day !== weekdayOf(before.startDate)) return
  setField(form, 'days', [weekdayOf(after.startDate)])
}

function moveEnd(form: HTMLFormElement, before: Values, after: Values): void {
  const [from, to] = [before, after].map((values) => Date.parse(`${values.startDate}T${values.startTime}Z`))
  const end = Date.parse(`${before.endDate}T${before.endTime}Z`)
  const moved = new Date(end + (to ?? 0) - (from ?? 0))
  if (Number.isNaN(moved.getTime())) return
  setField(form, 'endDate', moved.toISOString().slice(0, 10))
  setField(form, 'endTime', moved.toISOString().slice(11, 16))
}

function checkEnd(form: HTMLFormElement, values: Values): void {
  const { start, end } = spanOfValues(values)
  const isWrong = values.isAllDay ? end < addDays(start, 1) : end < start
  for (const field of form.querySelectorAll<HTMLInputElement>('[name^="end"]:not([name="ends"])')) {
    field.setCustomValidity(isWrong ? 'The event ends before it starts.' : '')
  }
}
