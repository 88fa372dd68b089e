import { raw } from 'hono/html'

const PATHS = {
  plus: 'M10 4v12M4 10h12',
  back: 'M12.5 4.5 7 10l5.5 5.5',
  forward: 'M7.5 4.5 13 10l-5.5 5.5',
  close: 'M5 5l10 10M15 5 5 15',
}

/** A line icon in the colour of the text around it. */
export const icon = (name: keyof typeof PATHS) =>
  raw(
    `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="${PATHS[name]}"/></svg>`,
  )

/** The sign of the stand-in. */
export const mark =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 26" aria-hidden="true"><rect x="2" y="4" width="22" height="19" rx="5" fill="#dcecfb"/>' +
  '<path d="M2 9a5 5 0 0 1 5-5h12a5 5 0 0 1 5 5v2H2z" fill="#62a8ea"/><rect x="6" y="14" width="6" height="5" rx="1.5" fill="#0b4a8f"/><rect x="14" y="14" width="6" height="5" rx="1.5" fill="#62a8ea"/></svg>'
