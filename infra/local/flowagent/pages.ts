import { html } from 'hono/html'
import type { Assets } from './assets.ts'
import { icon, layout } from './layout.ts'
import type { Notice } from './sessions.ts'
import type { Text } from './text/text.ts'

/** The Calendar Widget: toolbar, list of calendars and an empty grid that the script fills. */
export function calendarPage(text: Text, assets: Assets) {
  const { calendar } = text
  const views = { month: calendar.month, week: calendar.week, day: calendar.day, agenda: calendar.agenda }
  const content = html`
    <div class="calendar-page">
      <h1 class="for-ears">${calendar.heading}</h1>
      <aside class="sidebar" aria-label="${calendar.calendars}">
        <details class="calendars" id="choices">
          <summary><span>${calendar.calendars}</span>${icon('chevron-down')}</summary>
          <ul id="calendars" class="calendars-list"></ul>
        </details>
        <p id="freshness" class="freshness" role="status"></p>
      </aside>
      <section class="board" aria-label="${calendar.heading}">
        <div class="toolbar">
          <div class="toolbar-moves">
            <button type="button" class="button" id="today">${calendar.today}</button>
            <button type="button" class="button button--icon" id="previous" aria-label="${calendar.previous}">${icon('chevron-left')}</button>
            <button type="button" class="button button--icon" id="next" aria-label="${calendar.next}">${icon('chevron-right')}</button>
          </div>
          <h2 id="title" class="toolbar-title" aria-live="polite"></h2>
          <button type="button" class="button button--primary new-event" id="new-event">${icon('plus')}<span>${text.editing.newEvent}</span></button>
          <div class="segments" role="group" aria-label="${calendar.views}">
            ${Object.entries(views).map(([view, name]) => html`<button type="button" data-view="${view}" aria-pressed="false">${name}</button>`)}
          </div>
        </div>
        <div id="banner" class="banner-place" role="alert"></div>
        <div id="refusals" class="banner-place refusals" role="region" aria-label="${text.editing.refusals}" aria-live="polite"></div>
        <div class="frame" id="frame" data-state="loading">
          <div class="working" aria-hidden="true"></div>
          <div id="grid" class="grid"></div>
          ${skeleton(calendar.loading)}
          <p class="nothing" id="nothing" hidden>${calendar.nothing}</p>
          <div id="invitation" class="invitation" hidden></div>
        </div>
      </section>
    </div>
    <dialog id="details" class="details" aria-labelledby="details-title"></dialog>
    <dialog id="editor" class="editor" aria-labelledby="editor-title"></dialog>
    <dialog id="scope" class="confirm scope" aria-labelledby="scope-title" aria-describedby="scope-text"></dialog>
    <div id="toasts" class="toasts" role="status"></div>
    <p id="announcement" class="for-ears" role="status"></p>`
  return layout({ text, assets, current: 'calendar', title: calendar.heading, content })
}

const skeleton = (label: string) => html`
  <div class="skeleton" id="skeleton" role="status">
    <span class="for-ears">${label}</span>
    ${Array.from({ length: 35 }, () => html`<div class="skeleton-day"><span></span><span></span></div>`)}
  </div>`

/** Account Settings with its tabs. The connection itself is drawn by the script. */
export function settingsPage(text: Text, assets: Assets, shown: { notice: Notice | undefined; dataUrl: string }) {
  const { settings } = text
  const content = html`
    <div class="settings-page">
      <h1>${settings.heading}</h1>
      <div class="tabs" role="tablist" aria-label="${settings.tabs}">
        <button type="button" role="tab" id="tab-general" aria-controls="general" aria-selected="true">${settings.general}</button>
        <button type="button" role="tab" id="tab-about" aria-controls="about" aria-selected="false" tabindex="-1">${settings.about}</button>
      </div>
      <div role="tabpanel" id="general" aria-labelledby="tab-general">
        ${shown.notice === undefined ? '' : noticeBox(text, shown.notice)}
        <section class="card" aria-labelledby="microsoft">
          <header class="card-head">
            <span class="microsoft-mark" aria-hidden="true"><i></i><i></i><i></i><i></i></span>
            <div>
              <h2 id="microsoft">${settings.microsoft}</h2>
              <p class="muted">${settings.microsoftText}</p>
            </div>
            <p class="badge-place" id="badge" role="status"></p>
          </header>
          <div id="connection" class="card-body" aria-busy="true">
            <p class="for-ears">${settings.checking}</p>
            <div class="lines" aria-hidden="true"><span></span><span></span></div>
          </div>
        </section>
        <p><a href="${shown.dataUrl}">${settings.manageData}</a></p>
      </div>
      <div role="tabpanel" id="about" aria-labelledby="tab-about" hidden>
        <section class="card card-body prose">
          <h2>${settings.aboutTitle}</h2>
          <p>${settings.aboutText}</p>
          <h3>${settings.aboutData}</h3>
          <ul>${settings.aboutPoints.map((point) => html`<li>${point}</li>`)}</ul>
        </section>
      </div>
    </div>
    <dialog id="confirm" class="confirm" aria-labelledby="confirm-title" aria-describedby="confirm-text">
      <h2 id="confirm-title">${settings.confirmTitle}</h2>
      <p id="confirm-text">${settings.confirmText}</p>
      <form method="dialog" class="actions">
        <button class="button" value="keep" autofocus>${settings.cancel}</button>
        <button class="button button--danger" value="disconnect">${settings.disconnect}</button>
      </form>
    </dialog>`
  return layout({ text, assets, current: 'settings', title: settings.heading, content })
}

function noticeBox(text: Text, notice: Notice) {
  const good = notice === 'connected' || notice === 'disconnected'
  return html`
    <p class="banner ${good ? 'banner--good' : 'banner--bad'}" role="${good ? 'status' : 'alert'}" data-notice="${notice}">
      ${icon(good ? 'check' : 'alert')}<span>${text.notices[notice]}</span>
    </p>`
}

export function notFoundPage(text: Text, assets: Assets) {
  const content = html`
    <div class="settings-page">
      <h1>${text.page.notFound}</h1>
      <p>${text.page.notFoundText}</p>
    </div>`
  return layout({ text, assets, title: text.page.notFound, content })
}
