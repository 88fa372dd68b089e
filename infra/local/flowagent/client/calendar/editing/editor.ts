import type { Refused } from '../../../messages.ts'
import { button, byId, element, icon } from '../../dom.ts'
import { text } from '../../language.ts'
import { discardQuestion } from './discard-question.ts'
import { eventForm, type FormTask } from './event-form.ts'
import { sentenceOf, titleOf } from './sentences.ts'
import { toast } from './toasts.ts'
import type { Values } from './values.ts'

interface EditorTask extends FormTask {
  heading: string
  /** Says of which event the change was not accepted. */
  refusal: (title: string) => string
  /** The values were typed before and are nowhere else. */
  isUnsaved: boolean
  /** Sends what the person entered. @returns what was wrong with it; undefined when it is accepted. */
  onSave(values: Values): Promise<Refused | undefined>
  /** The dialog is closed, saved or not. */
  onClose(isSaved: boolean): void
}

const words = text.editing

/**
 * Opens the form over the page. The focus stays in it, Enter saves, and Escape closes it: unsaved, after a question when
 * something was typed; while it saves, at once, and a failure brings it back.
 */
export function openEditor(task: EditorTask): void {
  const dialog = byId('editor', HTMLDialogElement)
  const form = eventForm(task)
  const atFirst = form.state()
  let isOpen = true
  const problem = element('p', { class: 'banner banner--bad', role: 'alert', hidden: '' })
  const save = element('button', { class: 'button button--primary' }, words.save)
  const close = button('', 'button--icon button--quiet editor-close', leave)
  close.setAttribute('aria-label', words.close)
  close.append(icon('close'))
  const foot = element('footer', { class: 'editor-foot' }, button(words.cancel, '', leave), save)
  const question = discardQuestion(foot, () => end(false))
  const node = element(
    'form',
    { class: 'editor-form', novalidate: '' },
    element('header', { class: 'editor-head' }, element('h2', { id: 'editor-title' }, task.heading), close),
    problem,
    ...form.nodes,
    foot,
    question.node,
  )

  function tell(sentence: string | undefined): void {
    problem.replaceChildren(icon('alert'), element('span', {}, sentence ?? ''))
    problem.hidden = sentence === undefined
  }

  async function submit(): Promise<void> {
    if (save.disabled) return
    tell(undefined)
    question.withdraw()
    if (!form.check()) return
    const values = form.read()
    setBusy(true)
    const refused = await task.onSave(values)
    setBusy(false)
    if (refused === undefined) end(true)
    else if (isOpen) explain(refused)
    else bringBack(values, refused)
  }

  function explain({ problem, fields = {} }: Refused): void {
    tell(Object.keys(fields).length > 0 ? words.errors.check : sentenceOf(problem))
    form.complain(fields)
  }

  /** The form was closed before the answer came. What was typed is kept until the person says what to do with it. */
  function bringBack(values: Values, { problem }: Refused): void {
    toast({
      sentence: `${task.refusal(titleOf(values))} ${sentenceOf(problem)}`,
      kind: 'bad',
      lastsMs: Number.POSITIVE_INFINITY,
      actions: [
        { name: words.retry, run: () => openEditor({ ...task, values, isUnsaved: true }) },
        { name: words.discard, run: () => undefined },
      ],
    })
  }

  function setBusy(isBusy: boolean): void {
    save.disabled = isBusy
    save.textContent = isBusy ? words.saving : words.save
  }

  /** Escape, Cancel and the cross. */
  function leave(): void {
    if (question.isAsked()) question.withdraw()
    else if (!save.disabled && (task.isUnsaved || form.state() !== atFirst)) question.ask()
    else end(false)
  }

  function end(isSaved: boolean): void {
    if (!isOpen) return
    isOpen = false
    dialog.close()
    dialog.replaceChildren()
    task.onClose(isSaved)
  }

  node.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit()
  })
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing) return
    event.preventDefault() // a browser would let the second Escape close the dialog without asking
    leave()
  })
  dialog.oncancel = (event) => {
    if (event.target !== dialog) return
    event.preventDefault()
    leave()
  }
  dialog.onclose = () => {
    if (!dialog.open) end(false)
  }
  dialog.replaceChildren(node)
  dialog.showModal()
  form.title.focus()
}
