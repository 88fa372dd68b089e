import { byId, el, showDialog } from './dom.ts'

interface Choice {
  value: string
  label: string
  kind?: 'main' | 'danger'
}

/** Puts a question with a few buttons. @returns the value of the chosen one, or undefined for none. */
export async function ask(question: string, detail: string, choices: readonly Choice[]): Promise<string | undefined> {
  byId('question-heading', HTMLElement).textContent = question
  byId('question-detail', HTMLElement).textContent = detail
  const buttons = choices.map(({ value, label, kind }) =>
    el('button', { value, className: `button ${kind ?? ''}` }, label),
  )
  byId('question-choices', HTMLElement).replaceChildren(
    el('button', { value: '', className: 'button' }, 'Cancel'),
    ...buttons,
  )
  const answer = await showDialog(byId('question', HTMLDialogElement))
  return answer === '' ? undefined : answer
}

export type Extent = 'one' | 'series'

/** Asks whether one event or all of the series is meant. */
export async function askExtent(question: string): Promise<Extent | undefined> {
  const answer = await ask(question, 'This event is part of a series.', [
    { value: 'series', label: 'The whole series' },
    { value: 'one', label: 'Only this one', kind: 'main' },
  ])
  return answer === 'one' || answer === 'series' ? answer : undefined
}
