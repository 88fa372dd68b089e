import { button, byId, element, icon } from '../../dom.ts'

export interface Toast {
  sentence: string
  kind?: 'good' | 'bad' | 'quiet'
  action?: { name: string; run: () => void }
  lastsMs?: number
  onEnd?: () => void
}

const LASTS_MS = 6_000
/** More would cover the calendar. */
const MOST = 3

const ends = new Set<() => void>()

/** Says something in a corner of the page for a while. @returns what takes it away. */
export function toast({ sentence, kind = 'quiet', action, lastsMs = LASTS_MS, onEnd }: Toast): {
  node: HTMLElement
  end(): void
} {
  const glyph = kind === 'bad' ? 'alert' : kind === 'good' ? 'check' : undefined
  const act = action && button(action.name, 'toast-action', () => end(action.run))
  const node = element(
    'div',
    { class: `toast toast--${kind}` },
    glyph === undefined ? undefined : icon(glyph),
    element('p', {}, sentence),
    act,
  )
  let isOver = false

  function end(then?: () => void): void {
    if (isOver) return
    isOver = true
    ends.delete(end)
    clearTimeout(timer)
    const hadFocus = node.contains(document.activeElement)
    node.remove()
    onEnd?.()
    then?.()
    if (hadFocus && document.activeElement === document.body) byId('new-event', HTMLElement).focus()
  }

  const timer = setTimeout(end, lastsMs)
  byId('toasts', HTMLElement).append(node)
  ends.add(end)
  const [oldest] = ends
  if (ends.size > MOST) oldest?.()
  return { node, end: () => end() }
}
