import { html } from 'hono/html'
import type { Assets } from './assets.ts'
import type { Text } from './text/text.ts'

type Html = ReturnType<typeof html>

interface Page {
  text: Text
  assets: Assets
  /** Which page of the navigation this is, and whose script it runs. */
  current?: 'calendar' | 'settings'
  title: string
  content: Html
}

/** A whole page: head, top navigation and `content`. */
export const layout = ({ text, assets, current, title, content }: Page): Html => html`<!doctype html>
<html lang="${text.language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · FlowAgent</title>
    <link rel="icon" type="image/svg+xml" href="${FAVICON}">
    <link rel="stylesheet" href="${assets.style}">
    ${current === undefined ? '' : html`<script type="module" src="${assets[current]}"></script>`}
  </head>
  <body>
    <a class="skip" href="#content">${text.nav.skip}</a>
    <header class="top">
      <a class="brand" href="/calendar" aria-label="FlowAgent">${logo}<span class="brand-name">FlowAgent</span></a>
      <nav class="top-nav" aria-label="${text.nav.main}">
        ${link('/calendar', 'calendar', text.nav.calendar, current === 'calendar')}
        ${link('/settings', 'settings', text.nav.settings, current === 'settings')}
      </nav>
    </header>
    <main id="content" tabindex="-1">
      <noscript><p class="banner banner--bad">${text.page.script}</p></noscript>
      ${content}
    </main>
  </body>
</html>`

const link = (href: string, glyph: string, name: string, isCurrent: boolean): Html =>
  html`<a href="${href}" ${isCurrent ? html`aria-current="page"` : ''}>${icon(glyph)}<span>${name}</span></a>`

/** A glyph of `client/styles/icons.css`; decoration only, so that it always stands beside words. */
export const icon = (glyph: string): Html => html`<span class="icon icon--${glyph}" aria-hidden="true"></span>`

const logo: Html = html`<svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="9" class="brand-mark-ground" />
  <path d="M8 20.5c3.2 0 4.2-2.2 6-5s3.4-5 7-5h3M13.5 23c2.4-.4 3.5-2.2 4.700-4 1.100-1.700 2.2-3 4.800-3h1" class="brand-mark-flow" />
</svg>`

const FAVICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0b7a64"/><path d="M8 20.5c3.2 0 4.2-2.2 6-5s3.4-5 7-5h3M13.5 23c2.4-.4 3.5-2.2 4.700-4 1.100-1.700 2.2-3 4.800-3h1" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>',
)}`
