import type { CalendarItem } from '../../messages.ts'
import { button, element, icon } from '../dom.ts'
import { text } from '../language.ts'

export interface DetailsActions {
  edit(): void
  remove(): void
  answer(answer: 'accepted' | 'tentative' | 'declined'): void
}

const words = text.editing

/** What can be done with the item, and why not more. */
export function actionsOf(item: CalendarItem, isReadOnly: boolean, actions: DetailsActions): HTMLElement[] {
  const why = whyNot(item, isReadOnly)
  const remove = button(words.delete, 'button--quiet-danger', actions.remove)
  const edit = button(words.edit, 'button--primary', actions.edit)
  const isGuest = item.mayAnswer
  const changing = [
    item.mayDelete && !isGuest && !isReadOnly ? remove : undefined,
    item.mayEdit ? edit : undefined,
  ].filter((node) => node !== undefined)
  return [
    ...(isGuest ? [answers(item, actions)] : []),
    ...(why === undefined
      ? []
      : [element('p', { class: 'details-why muted small' }, icon('lock'), element('span', {}, why))]),
    ...(changing.length > 0 ? [element('footer', { class: 'details-foot' }, ...changing)] : []),
  ]
}

function answers(item: CalendarItem, { answer }: DetailsActions): HTMLElement {
  const choices = [
    ['accepted', words.accept],
    ['tentative', words.maybe],
    ['declined', words.decline],
  ] as const
  const buttons = choices.map(([value, name]) => {
    const node = button(name, 'button--answer', () => answer(value))
    node.setAttribute('aria-pressed', String(item.answer === value))
    return node
  })
  return element(
    'div',
    { class: 'details-answers', role: 'group', 'aria-label': words.answerQuestion },
    element('p', { class: 'strong' }, words.answerQuestion),
    element('div', { class: 'actions' }, ...buttons),
  )
}

function whyNot(item: CalendarItem, isReadOnly: boolean): string | undefined {
  if (item.mayEdit) return undefined
  if (isReadOnly) return words.whyNot.readOnly
  const organizer = item.organizer?.name
  if (!organizer) return words.whyNot.other
  return item.mayAnswer ? words.whyNot.organizer(organizer) : words.whyNot.organizerOnly(organizer)
}
