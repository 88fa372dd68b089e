import { button, byId, element, icon } from '../../dom.ts'

export interface Toast {
  sentence: string
  kind?: 'good' | 'bad' | 'quiet'
  /** Each of them ends the toast. */
  actions?: { name: string; run: () => void }[]
  /** For ever: until one of its actions is chosen. */
  lastsMs?: number
  /** Before the chosen action runs, if one was chosen. */
  onEnd?: (isAnswered: boolean) => void
}

const LASTS_MS = 6_000

/** Says something in a corner of the page for a while, beside what is being said there already. */
export function toast({ sentence, kind = 'quiet', actions = [], lastsMs = LASTS_MS, onEnd }: Toast): HTMLElement {
  const glyph = kind === 'bad' ? 'alert' : kind === 'good' ? 'check' : undefined
  const acts = actions.map(({ name, run }) => button(name, 'toast-action', () => end(run)))
  const node = element(
    'div',
    { class: `toast toast--${kind}` },
    glyph === undefined ? undefined : icon(glyph),
    element('p', {}, sentence),
    acts.length === 0 ? undefined : element('div', { class: 'toast-actions' }, ...acts),
  )
  let isOver = false

  function end(then?: () => void): void {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    const hadFocus = node.contains(document.activeElement)
    node.remove()
    onEnd?.(then !== undefined)
    then?.()
    if (hadFocus && document.activeElement === document.body) byId('new-event', HTMLElement).focus()
  }

  const timer = lastsMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(() => end(), lastsMs)
  byId('toasts', HTMLElement).append(node)
  return node
}
