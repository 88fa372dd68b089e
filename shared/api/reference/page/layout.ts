import { createHash } from 'node:crypto'
import { html } from 'hono/html'
import type { Markup } from '../../page.ts'
import { type ApiResponse, cachedPage } from '../../response.ts'
import { DOCS_STYLE } from './style.ts'

/** Changes with the stylesheet, so that a browser may keep it for as long as it likes. */
export const STYLE_NAME = `${createHash('sha256').update(DOCS_STYLE).digest('hex').slice(0, 16)}.css`

export interface DocsPage {
  readonly title: string
  readonly current: string
  /** Links to the parts of the page. */
  readonly contents: Markup
  readonly content: Markup
}

const PAGES = [
  ['/docs', 'Reference'],
  ['/docs/getting-started', 'Getting started'],
  ['/openapi.json', 'OpenAPI'],
  ['/docs/cronofy.d.ts', 'TypeScript'],
] as const

/** A page of the documentation: no script, one stylesheet of ours, readable on a phone and by keyboard. */
export async function docsPage({ title, current, contents, content }: DocsPage): Promise<ApiResponse> {
  const document = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - Microsoft 365 Sync</title>
<link rel="stylesheet" href="/docs/assets/${STYLE_NAME}">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header>
<p class="brand">Microsoft 365 Sync</p>
<nav aria-label="Documentation"><ul>
${PAGES.map(([href, text]) => html`<li><a href="${href}"${href === current ? html` aria-current="page"` : ''}>${text}</a></li>`)}
</ul></nav>
</header>
<div class="columns">
<nav class="wide" aria-label="On this page">${contents}</nav>
<main id="content" tabindex="-1">
<details class="narrow"><summary>On this page</summary><nav aria-label="On this page">${contents}</nav></details>
${content}
</main>
</div>
</body>
</html>
`
  return cachedPage(document.toString())
}
