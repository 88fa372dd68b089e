import { html } from 'hono/html'
import { icon } from './icons.ts'

/** All of one event, and what can be done with it. */
export const detailsDialog = () => html`
<dialog id="details" aria-labelledby="details-heading">
<form method="dialog">
<header><h2 id="details-heading"></h2>
<button class="button quiet round" value="" aria-label="Close">${icon('close')}</button></header>
<dl id="details-lines"></dl>
<div id="details-answers" class="answers" role="group" aria-label="Your answer">
<button class="button" value="accept">Accept</button>
<button class="button" value="tentativelyAccept">Tentative</button>
<button class="button" value="decline">Decline</button>
</div>
<footer>
<button class="button danger" id="details-remove" value="remove">Delete</button>
<button class="button main" id="details-edit" value="edit">Edit</button>
</footer>
</form>
</dialog>`

/** A question with a few answers. */
export const questionDialog = () => html`
<dialog id="question" aria-labelledby="question-heading" aria-describedby="question-detail">
<form method="dialog">
<h2 id="question-heading"></h2>
<p id="question-detail"></p>
<footer id="question-choices"></footer>
</form>
</dialog>`
