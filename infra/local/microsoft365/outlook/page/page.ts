import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { Person, World } from '../../world.ts'
import { detailsDialog, questionDialog } from './dialogs.ts'
import { editorDialog } from './editor-dialog.ts'
import { icon, mark } from './icons.ts'

/** The page around the calendar. The script fills it. */
export function outlookPage(c: Context, world: World, person: Person) {
  c.header('Cache-Control', 'no-store')
  return c.html(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Calendar · ${person.displayName}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark)}">
<link rel="stylesheet" href="/outlook/assets/style.css">
<script type="module" src="/outlook/assets/outlook.js"></script>
</head>
<body data-person="${person.oid}">
<header class="top">
<span class="brand">${raw(mark)}<span>Outlook <small>(local stand-in)</small></span></span>
<label class="person"><span class="hidden-label">Whose calendar</span>
<select id="person">${organisations(world, person)}</select></label>
</header>
${toolbar()}
<p id="unreachable" class="banner" role="status" hidden>The stand-in cannot be reached. This page goes on when it is back.</p>
<div class="board">
<aside aria-label="Calendars"><details id="calendar-choice"><summary>Calendars</summary><ul id="calendars"></ul></details>
<p class="keys"><span><kbd>N</kbd> new event</span><span><kbd>T</kbd> today</span>
<span><kbd>D</kbd> <kbd>W</kbd> <kbd>M</kbd> <kbd>A</kbd> views</span><span><kbd>←</kbd> <kbd>→</kbd> back, forward</span></p></aside>
<main id="grid" aria-label="Events"></main>
</div>
<datalist id="colleagues"></datalist>
${editorDialog()}${detailsDialog()}${questionDialog()}
<div id="toasts" role="status" aria-live="polite"></div>
</body>
</html>`)
}

const MAX_PEOPLE = 200

function organisations(world: World, current: Person) {
  const people = [...world.people.values()].slice(0, MAX_PEOPLE)
  const others = people.includes(current) ? [] : [current]
  return [...world.organisations.values()].map(({ tid, name }) => {
    const members = [...others, ...people].filter((person) => person.tid === tid)
    const option = ({ oid, displayName }: Person) =>
      html`<option value="${oid}" ${oid === current.oid ? 'selected' : ''}>${displayName}</option>`
    return members.length === 0 ? '' : html`<optgroup label="${name}">${members.map(option)}</optgroup>`
  })
}

const toolbar = () => html`
<div class="bar" role="toolbar" aria-label="Calendar">
<button class="button main" data-action="new">${icon('plus')}<span>New event</span></button>
<div class="moves">
<button class="button quiet" data-action="today">Today</button>
<button class="button quiet round" data-action="prev" aria-label="Back">${icon('back')}</button>
<button class="button quiet round" data-action="next" aria-label="Forward">${icon('forward')}</button>
</div>
<h1 id="title" aria-live="polite"></h1>
<div class="views" role="group" aria-label="View">
${['day', 'week', 'month', 'agenda'].map(
  (view) =>
    html`<button data-action="${view}" data-view="${view}" aria-pressed="false">${view[0]?.toUpperCase()}${view.slice(1)}</button>`,
)}
</div>
</div>`
