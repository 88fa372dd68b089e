import type { Outcome } from '../../../messages.ts'
import { byId } from '../../dom.ts'
import { locale, text } from '../../language.ts'
import { shortened, titleOf } from './sentences.ts'
import { toast } from './toasts.ts'

const words = text.editing
const LASTS_MS = 12_000

/** Says to screen readers what came of a change, and to everybody what it has replaced in Outlook. */
export function tellOutcome(outcome: Outcome): void {
  byId('announcement', HTMLElement).textContent = words.done[outcome.kind](titleOf(outcome))
  for (const { field, value } of outcome.overruled) {
    const fields: Record<string, string> = words.overruledFields
    const name = fields[field] ?? words.overruledFields.other
    toast({ sentence: words.overruled(name, shortened(readable(value))), lastsMs: LASTS_MS })
  }
}

const times = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })

/** The API tells instants as `2026-11-20T08:30:00Z`. */
const readable = (value: string): string =>
  value.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (instant) => times.format(new Date(instant)))
