import { byId, el } from './dom.ts'

const VISIBLE_MS = 6000

/** Says in a corner of the page, and to screen readers, what happened. */
export function tell(message: string, kind: 'done' | 'failed' = 'done'): void {
  const note = el('p', { className: `toast toast--${kind}`, textContent: message })
  const place = byId('toasts', HTMLElement)
  // A modal dialog covers everything outside it, so the message goes into the topmost one.
  const dialogs = document.querySelectorAll<HTMLDialogElement>('dialog[open]')
  const top = [...dialogs].at(-1) ?? document.body
  if (place.parentElement !== top) top.append(place)
  place.append(note)
  setTimeout(() => note.remove(), VISIBLE_MS)
}

/** Runs what may fail and tells so. @returns whether it succeeded. */
export async function attempt(work: () => Promise<void>, done?: string): Promise<boolean> {
  try {
    await work()
    if (done !== undefined) tell(done)
    return true
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error), 'failed')
    return false
  }
}
