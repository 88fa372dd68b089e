import type { Problem, Refused } from '../../../messages.ts'
import { button, byId, element, icon } from '../../dom.ts'
import { text } from '../../language.ts'
import { eventForm, type FormTask } from './event-form.ts'
import type { Values } from './values.ts'

interface EditorTask extends FormTask {
  heading: string
  /** Sends what the person entered. @returns what was wrong with it; undefined when it is accepted. */
  onSave(values: Values): Promise<Refused | undefined>
  /** The dialog is closed, saved or not. */
  onClose(isSaved: boolean): void
}

const words = text.editing

/** Opens the form over the page. The focus stays in it, Enter saves, and Escape closes it unsaved. */
export function openEditor(task: EditorTask): void {
  const dialog = byId('editor', HTMLDialogElement)
  const form = eventForm(task)
  const problem = element('p', { class: 'banner banner--bad', role: 'alert', hidden: '' })
  const save = element('button', { class: 'button button--primary' }, words.save)
  const close = button('', 'button--icon button--quiet editor-close', () => dialog.close())
  close.setAttribute('aria-label', words.close)
  close.append(icon('close'))
  const node = element(
    'form',
    { class: 'editor-form', novalidate: '' },
    element('header', { class: 'editor-head' }, element('h2', { id: 'editor-title' }, task.heading), close),
    problem,
    ...form.nodes,
    element(
      'footer',
      { class: 'editor-foot' },
      button(words.cancel, '', () => dialog.close()),
      save,
    ),
  )

  function tell(sentence: string | undefined): void {
    problem.replaceChildren(icon('alert'), element('span', {}, sentence ?? ''))
    problem.hidden = sentence === undefined
  }

  async function submit(): Promise<void> {
    if (save.disabled) return
    tell(undefined)
    if (!form.check()) return
    setBusy(true)
    const refused = await task.onSave(form.read())
    setBusy(false)
    if (refused === undefined) return dialog.close('saved')
    const fields = refused.fields ?? {}
    tell(Object.keys(fields).length > 0 ? words.errors.check : sentenceOf(refused.problem))
    form.complain(fields)
  }

  function setBusy(isBusy: boolean): void {
    save.disabled = isBusy
    save.textContent = isBusy ? words.saving : words.save
  }

  node.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit()
  })
  dialog.onclose = () => {
    task.onClose(dialog.returnValue === 'saved')
    dialog.replaceChildren()
  }
  dialog.returnValue = ''
  dialog.replaceChildren(node)
  dialog.showModal()
  form.title.focus()
}

export function sentenceOf(problem: Problem): string {
  const { forbidden, gone, unreachable, reconnect, invalid } = words.errors
  if (problem === 'forbidden') return forbidden
  if (problem === 'gone') return gone
  if (problem === 'invalid') return invalid
  if (problem === 'too_late') return words.tooLate
  return problem === 'unreachable' ? unreachable : reconnect
}
