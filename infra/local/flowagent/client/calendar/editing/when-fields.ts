import { element } from '../../dom.ts'
import { text, timeZone } from '../../language.ts'
import { input, type Row, row, tick, ticked } from './field.ts'
import { spanOfValues, type Values } from './values.ts'
import { dateOf, timeOf } from './wall.ts'

type When = Pick<Values, 'allDay' | 'startDate' | 'startTime' | 'endDate' | 'endTime'>

interface Options {
  values: Values
  /** The zone the event is planned in, where that is another one. */
  keptZone: string | undefined
  /** All events of a series keep their days. */
  isSeries: boolean
}

const words = text.editing

/** All day, start and end. The end follows when the start is moved. */
export function whenFields({ values, keptZone, isSeries }: Options): Row & { read(): When; check(): boolean } {
  const allDay = tick(values.allDay)
  const startDate = input('date', values.startDate, { 'aria-label': words.startDate, required: '' })
  const startTime = input('time', values.startTime, { 'aria-label': words.startTime, required: '' })
  const endDate = input('date', values.endDate, { 'aria-label': words.endDate, required: '' })
  const endTime = input('time', values.endTime, { 'aria-label': words.endTime, required: '' })
  startDate.disabled = isSeries
  let before = { ...values }

  const read = (): When => ({
    allDay: allDay.checked,
    startDate: startDate.value,
    startTime: startTime.value,
    endDate: endDate.value,
    endTime: endTime.value,
  })

  function showTimes(): void {
    startTime.hidden = allDay.checked
    endTime.hidden = allDay.checked
    zone.hidden = allDay.checked
  }

  function follow(): void {
    const [was, is] = [spanOfValues(before), spanOfValues({ ...values, ...read() })]
    const moved = new Date(is.start.getTime() + was.end.getTime() - was.start.getTime())
    if (Number.isNaN(moved.getTime())) return
    const last = allDay.checked ? new Date(moved.getTime() - 3_600_000) : moved
    endDate.value = dateOf(last)
    endTime.value = timeOf(moved)
  }

  const zone = element('p', { class: 'muted small' }, zoneHint(keptZone))
  const days = isSeries ? element('p', { class: 'muted small' }, words.seriesDays) : undefined
  const pair = (name: string, ...controls: HTMLElement[]) =>
    element(
      'div',
      { class: 'pair', role: 'group', 'aria-label': name },
      element('span', { class: 'label' }, name),
      ...controls,
    )
  const line = row(
    'clock',
    ticked(words.allDay, allDay),
    pair(words.starts, startDate, startTime),
    pair(words.ends, endDate, endTime),
    zone,
    days,
  )

  for (const control of [startDate, startTime]) control.addEventListener('change', follow)
  line.node.addEventListener('change', () => {
    showTimes()
    before = { ...values, ...read() }
  })
  showTimes()

  return {
    ...line,
    read,
    check() {
      const { start, end } = spanOfValues({ ...values, ...read() })
      const empty = [startDate, startTime, endDate, endTime].filter((field) => !field.hidden && field.value === '')
      const isMissing = Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())
      const isWrong = allDay.checked ? end <= start : end < start
      if (isMissing) line.complain(words.errors.noDate, empty)
      else line.complain(isWrong ? words.errors.endFirst : undefined, [endDate, endTime])
      return !isMissing && !isWrong
    },
  }
}

function zoneHint(keptZone: string | undefined): string {
  const readable = (zone: string) => zone.replaceAll('_', ' ')
  return keptZone === undefined ? words.zone(readable(timeZone)) : words.zoneKept(readable(keptZone))
}
