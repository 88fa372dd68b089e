import { textIn } from '../text/text.ts'

/** The words of the page. */
export const text = textIn(document.documentElement.lang)

/** How dates are written: the browser's own variant of the page's language, such as `en-GB`. */
export const locale: string =
  navigator.languages.find((language) => language.split('-')[0] === text.language) ?? text.language

/** Where this person is. */
export const timeZone: string = new Intl.DateTimeFormat().resolvedOptions().timeZone
