import type { Refusal } from '../../../messages.ts'
import { button, byId, element, icon } from '../../dom.ts'
import { text } from '../../language.ts'
import { sendDismissal } from './send.ts'
import { titleOf } from './sentences.ts'

const words = text.editing

/** There is no use in asking for these again. */
const FINAL = [
  'calendar_gone',
  'calendar_read_only',
  'event_gone',
  'organizer_only',
  'not_invited',
  'conferencing_fixed',
  'value_refused',
  'forbidden',
]

export interface Refusals {
  show(refusals: Refusal[]): void
  /** The explanation of an item whose last change was refused. */
  sentenceOf(itemId: string): string | undefined
}

/** Every change that was not accepted, explained until it is dismissed. */
export function createRefusals({ onChange, onRetry }: { onChange(): void; onRetry(refusal: Refusal): void }): Refusals {
  const place = byId('refusals', HTMLElement)
  let known: Refusal[] = []

  function show(refusals: Refusal[]): void {
    if (JSON.stringify(refusals) === JSON.stringify(known)) return
    known = refusals
    place.replaceChildren(...known.map(card))
    onChange()
  }

  function dismiss(refusal: Refusal): void {
    show(known.filter(({ id }) => id !== refusal.id))
    void sendDismissal(refusal.id)
    byId('new-event', HTMLElement).focus()
  }

  function card(refusal: Refusal): HTMLElement {
    const { request, reason } = refusal
    const canRetry = request.kind === 'create' || !FINAL.includes(reason)
    const retry = button(words.retry, '', () => {
      dismiss(refusal)
      onRetry(refusal)
    })
    return element(
      'div',
      { class: 'banner banner--bad refusal' },
      icon('alert'),
      element('span', {}, sentences(refusal)),
      canRetry ? retry : undefined,
      button(words.discard, 'button--quiet', () => dismiss(refusal)),
    )
  }

  return {
    show,
    sentenceOf(itemId) {
      const refusal = known.findLast(({ request }) => request.itemId === itemId)
      return refusal && sentences(refusal)
    },
  }
}

/** What was refused, and why: in the person's language where we know the reason. */
const sentences = ({ request, reason, sentence }: Refusal): string =>
  `${words.refused[request.kind](titleOf(request))} ${words.reasons[reason] ?? sentence}`.trim()
