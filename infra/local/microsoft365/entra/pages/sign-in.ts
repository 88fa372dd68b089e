import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Organisation, Person } from '../../world.ts'
import type { Application } from '../applications.ts'
import type { Refusal } from '../refusal.ts'
import { face, type Markup, page } from './layout.ts'

interface SignInQuestion {
  application: Application
  groups: { organisation: Organisation; people: Person[] }[]
  address?: string | undefined
  refusal?: Refusal
}

/** Who signs in: one of the tiles, or an address. There are no passwords here. */
export function signInPage(c: Context, { application, groups, address = '', refusal }: SignInQuestion) {
  const body = html`
<h1>Pick an account</h1>
<p class="soft">to continue to <b>${application.name}</b></p>
<form method="post" aria-label="Accounts">${groups.map(group)}</form>
<form class="address" method="post">
<label for="address">Or sign in with another address</label>
<input id="address" name="address" type="email" autocomplete="username" required spellcheck="false"
  placeholder="someone@${groups[0]?.organisation.domain ?? 'example.com'}" value="${address}"
  ${refusal === undefined ? '' : html`aria-invalid="true" aria-describedby="problem"`}>
${refusal === undefined ? '' : html`<p class="problem" id="problem" role="alert">${advice(refusal)}</p>`}
<div class="actions"><button class="button main">Next</button></div>
</form>`
  return page(c, { title: 'Sign in', body, isWide: true })
}

const group = ({ organisation, people }: SignInQuestion['groups'][number]): Markup => html`
<section aria-labelledby="o-${organisation.tid}">
<h2 id="o-${organisation.tid}">${organisation.name} <span>${organisation.domain}</span></h2>
<ul class="tiles">${people.map(tile)}</ul>
</section>`

const tile = (person: Person): Markup => html`
<li><button class="tile" name="address" value="${person.userPrincipalName}">${face(person)}
<span class="who"><b>${person.displayName} ${person.isAdministrator ? html`<span class="badge">Admin</span>` : ''}</b>
<span class="mail">${person.userPrincipalName}</span></span></button></li>`

function advice({ code, message }: Refusal): string {
  if (code === 50034) return 'There is no account with this address. Check the spelling, or pick one above.'
  if (code === 50057) return 'This account is disabled. Ask your administrator. (AADSTS50057)'
  if (code === 50020) return 'This account is not a member of the organisation you are signing in to. (AADSTS50020)'
  return message
}
