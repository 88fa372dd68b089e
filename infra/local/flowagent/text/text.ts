import { da } from './da.ts'
import { en, type Text } from './en.ts'

export type { Text } from './en.ts'

export const LANGUAGES = ['en', 'da'] as const

/** The words in `language`, English when there is no translation. */
export const textIn = (language: string): Text => (language === 'da' ? da : en)
