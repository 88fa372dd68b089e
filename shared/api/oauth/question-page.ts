import { html } from 'hono/html'
import type { Question } from '../../accounts/questions.ts'
import { sentencesAdded, sentencesOf } from '../../integrators/allowed.ts'
import { type Markup, page } from '../page.ts'
import type { ApiResponse } from '../response.ts'
import { answerButtons, hidden, list } from './form.ts'

/** What a person is asked who has signed in. `name` is the integrator's, `question` goes along with the answer. */
export function questionPage(name: string, question: string, { request, person, asked }: Question) {
  const { title, content } =
    asked.kind === 'more'
      ? more(name, sentencesOf(asked.before), sentencesAdded(asked.before, request))
      : permission(name, asked.calendars)
  return page({
    status: 200,
    title,
    hasForm: true,
    content: html`${content}
<p class="quiet">You are signed in as ${person.username}.</p>
<form method="post" action="/oauth/answer">
${hidden('question', question)}
${answerButtons('Allow', 'Do not allow')}
</form>`,
  }) satisfies Promise<ApiResponse>
}

const more = (name: string, before: readonly string[], added: readonly string[]) => ({
  title: `${name} asks for more`,
  content: html`<h1>Let ${name} do more than before?</h1>
<p>New is that ${name} asks to:</p>
${list(added)}
<p>You allowed it before to:</p>
${list(before)}
<p>If you do not allow more, what you allowed before stays as it is.</p>`,
})

function permission(name: string, calendars: readonly string[]): { title: string; content: Markup } {
  return {
    title: `${name} asks for a permission`,
    content: html`<h1>Let ${name} change events it did not create?</h1>
<p>So far ${name} changes only its own events. It asks to change and delete every event in:</p>
${list(calendars)}
<p>You can take this back by disconnecting ${name}.</p>`,
  }
}
