import type { Repeat } from '../../../change-request.ts'
import { WEEKDAYS, type Weekday } from '../../../weekdays.ts'
import { element } from '../../dom.ts'
import { locale, text } from '../../language.ts'
import { input, labelled, type Row, row, select } from './field.ts'
import { addDays, weekdayOf } from './wall.ts'

const words = text.editing

export interface RepeatRow extends Row {
  /** For an event that begins on `startDate`. */
  read(startDate: string): Repeat | null | undefined
  check(startDate: string): boolean
}

/** How an event comes back: a rule that the form can show, or one that it only keeps. */
export function repeatFields(repeat: Repeat | null | undefined, startDate: string): RepeatRow {
  const kinds = (['never', 'daily', 'weekly', 'monthly', 'yearly'] as const).map(
    (kind) => [kind, words.repeats[kind]] as const,
  )
  const kind = select(
    repeat === null ? [['kept', words.repeats.kept], ...kinds] : kinds,
    repeat === null ? 'kept' : (repeat?.frequency ?? 'never'),
  )
  const interval = input('number', String(repeat?.interval ?? 1), { min: '1', max: '99', class: 'input input--short' })
  const unit = element('span', { 'aria-hidden': 'true' })
  const days = dayToggles(repeat?.days ?? [WEEKDAYS[weekdayOf(startDate)] ?? 'monday'])
  const endings = (['never', 'on', 'after'] as const).map((ending) => [ending, words.endings[ending]] as const)
  const ends = select(endings, repeat?.until ? 'on' : repeat?.count ? 'after' : 'never')
  const until = input('date', repeat?.until ?? addDays(startDate, 28))
  const count = input('number', String(repeat?.count ?? 10), { min: '1', max: '999', class: 'input input--short' })
  const [untilField, countField] = [labelled(words.lastDay, until), labelled(words.times, count)]
  const details = element(
    'div',
    { class: 'repeat-details' },
    element('div', { class: 'repeat-every' }, labelled(words.every, interval), unit),
    days.node,
    element('div', { class: 'repeat-ends' }, labelled(words.until, ends), untilField, countField),
  )
  const line = row('repeat', labelled(words.repeat, kind), details)

  function showWhatApplies(): void {
    const isRule = kind.value !== 'never' && kind.value !== 'kept'
    details.hidden = !isRule
    if (isRule) unit.textContent = words.units[kind.value as Repeat['frequency']]
    days.node.hidden = kind.value !== 'weekly'
    untilField.hidden = ends.value !== 'on'
    countField.hidden = ends.value !== 'after'
  }

  function read(startsOn: string): Repeat | null | undefined {
    if (kind.value === 'kept') return null
    if (kind.value === 'never') return undefined
    const frequency = kind.value as Repeat['frequency']
    const chosen = days.read()
    const first = WEEKDAYS[weekdayOf(startsOn)] ?? 'monday'
    return {
      frequency,
      interval: Math.max(1, Math.round(interval.valueAsNumber) || 1),
      ...(frequency === 'weekly' ? { days: chosen.length > 0 ? chosen : [first] } : {}),
      ...(ends.value === 'on' ? { until: until.value } : {}),
      ...(ends.value === 'after' ? { count: Math.max(1, Math.round(count.valueAsNumber) || 1) } : {}),
    }
  }

  line.node.addEventListener('change', showWhatApplies)
  showWhatApplies()
  return {
    ...line,
    read,
    check(startsOn) {
      const rule = read(startsOn)
      const isWrong = rule?.until !== undefined && (rule.until === '' || rule.until < startsOn)
      line.complain(isWrong ? words.errors.untilFirst : undefined)
      return !isWrong
    },
  }
}

/** A switch for each day of the week. */
function dayToggles(chosen: readonly Weekday[]) {
  const [short, long] = (['short', 'long'] as const).map(
    (weekday) => new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }),
  )
  const boxes = WEEKDAYS.map((day, index) => {
    const monday = new Date(Date.UTC(2024, 0, 1 + index))
    const box = element('input', { type: 'checkbox', 'aria-label': long?.format(monday), value: day })
    box.checked = chosen.includes(day)
    return { day, box, node: element('label', { class: 'day-toggle' }, box, short?.format(monday)) }
  })
  return {
    node: element(
      'div',
      { class: 'day-toggles', role: 'group', 'aria-label': words.onDays },
      ...boxes.map(({ node }) => node),
    ),
    read: (): Weekday[] => boxes.filter(({ box }) => box.checked).map(({ day }) => day),
  }
}
