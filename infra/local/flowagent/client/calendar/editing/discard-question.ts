import { button, element } from '../../dom.ts'
import { text } from '../../language.ts'

const words = text.editing

export interface DiscardQuestion {
  readonly node: HTMLElement
  isAsked(): boolean
  /** Asks in place of the form's own buttons, with the focus on the answer that loses nothing. */
  ask(): void
  /** Back to the form, where it was left. */
  withdraw(): void
}

/** Asks whether what was typed is to be lost. */
export function discardQuestion(foot: HTMLElement, onDiscard: () => void): DiscardQuestion {
  let before: Element | null = null
  const keep = button(words.keepEditing, '', withdraw)
  const node = element(
    'footer',
    { class: 'editor-foot editor-question', role: 'group', 'aria-labelledby': 'discard-title', hidden: '' },
    element('p', { class: 'strong', id: 'discard-title' }, words.discardQuestion),
    keep,
    button(words.discard, 'button--danger', onDiscard),
  )

  function turn(isAsked: boolean): void {
    node.hidden = !isAsked
    foot.hidden = isAsked
  }

  function withdraw(): void {
    if (node.hidden) return
    const hadFocus = node.contains(document.activeElement)
    turn(false)
    if (hadFocus && before instanceof HTMLElement) before.focus()
  }

  return {
    node,
    isAsked: () => !node.hidden,
    ask() {
      before = document.activeElement
      turn(true)
      keep.focus()
    },
    withdraw,
  }
}
