import { button, byId, element } from '../../dom.ts'
import { text } from '../../language.ts'

export type Scope = 'this' | 'all'

const words = text.editing

/** Asks which events of a series are meant. @returns undefined when the person changed their mind. */
export function askScope(question: string): Promise<Scope | undefined> {
  const dialog = byId('scope', HTMLDialogElement)
  const choose = (scope: Scope) => () => dialog.close(scope)
  const thisOne = button(words.thisEvent, 'button--primary', choose('this'))
  dialog.replaceChildren(
    element('h2', { id: 'scope-title' }, question),
    element('p', { id: 'scope-text' }, words.scopeText),
    element(
      'div',
      { class: 'actions' },
      button(words.cancel, 'button--quiet', () => dialog.close()),
      button(words.allEvents, '', choose('all')),
      thisOne,
    ),
  )
  dialog.returnValue = ''
  dialog.showModal()
  thisOne.focus()
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === '' ? undefined : (dialog.returnValue as Scope))
  })
}
