import { byId, showDialog } from './dom.ts'
import { createForm } from './form.ts'
import type { Values } from './values.ts'
import type { GraphCalendar } from './wire.ts'

interface EditorTask {
  heading: string
  values: Values
  /** Where a new event can go. Without them the calendar is not asked for. */
  calendars?: readonly GraphCalendar[]
  /** One occurrence has no repetition of its own. */
  canRepeat: boolean
}

export interface Editor {
  /** @returns what the person entered, or undefined when they changed their mind. */
  open(task: EditorTask): Promise<Values | undefined>
}

export function createEditor(): Editor {
  const dialog = byId('editor', HTMLDialogElement)
  const formElement = byId('editor-form', HTMLFormElement)
  const calendarList = byId('editor-calendar', HTMLSelectElement)
  const form = createForm(formElement)

  formElement.addEventListener('submit', (event) => {
    event.preventDefault()
    dialog.close('save')
  })
  byId('editor-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close(''))

  return {
    async open({ heading, values, calendars, canRepeat }) {
      byId('editor-heading', HTMLElement).textContent = heading
      calendarList.replaceChildren(...(calendars ?? []).map(({ id, name }) => new Option(name, id)))
      byId('editor-calendar-row', HTMLElement).hidden = calendars === undefined || calendars.length < 2
      byId('editor-repeat', HTMLElement).hidden = !canRepeat
      form.fill(values)
      dialog.scrollTop = 0
      const closed = showDialog(dialog)
      byId('editor-subject', HTMLInputElement).focus()
      return (await closed) === 'save' ? form.read() : undefined
    },
  }
}
