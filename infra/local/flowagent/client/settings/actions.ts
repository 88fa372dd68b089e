import { byId } from '../dom.ts'
import { text } from '../language.ts'

type Complain = (words: string | undefined) => void

const post = (path: string): Promise<Response | undefined> => fetch(path, { method: 'POST' }).catch(() => undefined)

/** Sends the browser to the sign-in. */
export async function connect(pressed: HTMLButtonElement, complain: Complain): Promise<void> {
  const name = pressed.textContent
  pressed.disabled = true
  pressed.textContent = text.settings.connecting
  const response = await post('/connect')
  if (response?.ok) {
    const { location: signIn } = (await response.json()) as { location: string }
    location.assign(signIn)
    return
  }
  pressed.disabled = false
  pressed.textContent = name
  complain(text.settings.requestFailed)
}

/** Asks first, then ends the connection; the page comes back with the outcome. */
export function disconnect(complain: Complain): void {
  const dialog = byId('confirm', HTMLDialogElement)
  dialog.returnValue = ''
  dialog.addEventListener('close', () => dialog.returnValue === 'disconnect' && void end(complain), { once: true })
  dialog.showModal()
}

async function end(complain: Complain): Promise<void> {
  const response = await post('/disconnect')
  if (response?.ok) location.assign('/settings')
  else complain(text.settings.requestFailed)
}
