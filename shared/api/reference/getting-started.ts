import { html, raw } from 'hono/html'
import type { ApiResponse } from '../response.ts'
import * as guide from './getting-started.md'
import { docsPage } from './page/layout.ts'

/** `GET /docs/getting-started` */
export const readGettingStarted = (): Promise<ApiResponse> =>
  docsPage({
    title: 'Getting started',
    current: '/docs/getting-started',
    contents: html`<ul>${guide.headings.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}</ul>`,
    content: html`${raw(guide.html)}`,
  })
