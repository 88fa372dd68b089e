import type { Problem } from '../../../messages.ts'
import { text } from '../../language.ts'

const words = text.editing

/** A sentence with a longer title would be about the title only. */
const LONGEST = 60

/** An event's title within a sentence. */
export const titleOf = ({ title }: { title: string }): string => shortened(title || text.details.untitled)

/** Cut where a character ends, although it is made of several code units. */
export function shortened(sentence: string): string {
  const characters = [...new Intl.Segmenter(text.language).segment(sentence)]
  const end = characters[LONGEST - 1]?.index
  return characters.length <= LONGEST ? sentence : `${sentence.slice(0, end).trimEnd()}…`
}

export function sentenceOf(problem: Problem): string {
  const { forbidden, gone, unreachable, reconnect, invalid } = words.errors
  if (problem === 'forbidden') return forbidden
  if (problem === 'gone') return gone
  if (problem === 'invalid') return invalid
  if (problem === 'too_late') return words.tooLate
  return problem === 'unreachable' ? unreachable : reconnect
}
