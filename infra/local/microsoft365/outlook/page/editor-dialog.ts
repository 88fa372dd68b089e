import { html } from 'hono/html'
import { windowsZoneNames } from '../../mailbox/zones.ts'
import { icon } from './icons.ts'

/** The form for an event. `data-when` says which fields a part depends on. */
export const editorDialog = () => html`
<dialog id="editor" aria-labelledby="editor-heading">
<form id="editor-form">
<header><h2 id="editor-heading"></h2>
<button class="button quiet round" type="button" id="editor-cancel" aria-label="Close without saving">${icon('close')}</button></header>
<div class="fields">
<label class="wide"><span>Title</span><input id="editor-subject" name="subject" maxlength="255" autocomplete="off"></label>
<label class="wide" id="editor-calendar-row"><span>Calendar</span><select id="editor-calendar" name="calendarId"></select></label>
${times()}${repeat()}
<div class="wide field"><label for="attendee-input">People</label>
<div class="chips"><span id="attendee-chips" role="list"></span>
<input id="attendee-input" type="email" list="colleagues" placeholder="Add an address" autocomplete="off"></div></div>
<label class="wide"><span>Location</span><input name="location" autocomplete="off"></label>
${choices()}
<label class="wide"><span>Notes</span><textarea name="body" rows="4"></textarea></label>
</div>
<footer><button class="button main">Save</button></footer>
</form>
</dialog>`

const times = () => html`
<label class="wide check"><input type="checkbox" name="isAllDay" value="on"><span>All day</span></label>
<label><span>Starts</span><input type="date" name="startDate" required></label>
<label data-when="isAllDay="><span>at</span><input type="time" name="startTime" required></label>
<label class="start"><span>Ends</span><input type="date" name="endDate" required></label>
<label data-when="isAllDay="><span>at</span><input type="time" name="endTime" required></label>
<label class="wide" data-when="isAllDay="><span>Time zone</span>
<select name="timeZone">${windowsZoneNames().map((name) => html`<option>${name}</option>`)}</select></label>`

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

const repeat = () => html`
<fieldset class="wide" id="editor-repeat">
<label><span>Repeat</span><select name="repeat">
<option value="none">Never</option><option value="daily">Every day</option><option value="weekly">Every week</option>
<option value="monthly">Every month on this date</option><option value="monthlyWeekday">Every month on this weekday</option>
<option value="yearly">Every year</option><option value="kept" hidden>As it is</option></select></label>
<label data-when="repeat=daily weekly monthly monthlyWeekday yearly"><span>Every</span><input type="number" name="interval" min="1" max="99"></label>
<div class="wide days" data-when="repeat=weekly" role="group" aria-label="Days">
${WEEKDAYS.map(
  (day) =>
    html`<label><input type="checkbox" name="days" value="${day}" aria-label="${day}"><span aria-hidden="true">${day[0]?.toUpperCase()}</span></label>`,
)}</div>
<label data-when="repeat=daily weekly monthly monthlyWeekday yearly"><span>Until</span><select name="ends">
<option value="never">For ever</option><option value="on">A date</option><option value="after">A number of times</option></select></label>
<label data-when="repeat=daily weekly monthly monthlyWeekday yearly&ends=on"><span>Last day</span><input type="date" name="until"></label>
<label data-when="repeat=daily weekly monthly monthlyWeekday yearly&ends=after"><span>Times</span><input type="number" name="count" min="1" max="999"></label>
</fieldset>`

const choices = () => html`
<label><span>Show as</span><select name="showAs">
<option value="busy">Busy</option><option value="free">Free</option><option value="tentative">Tentative</option>
<option value="oof">Away</option><option value="workingElsewhere">Working elsewhere</option></select></label>
<label><span>Reminder</span><select name="reminder">
<option value="">None</option><option value="0">At the start</option><option value="5">5 minutes before</option>
<option value="15">15 minutes before</option><option value="60">1 hour before</option><option value="1440">1 day before</option></select></label>
<label class="check"><input type="checkbox" name="isPrivate" value="on"><span>Private</span></label>
<label class="check"><input type="checkbox" name="isOnlineMeeting" value="on"><span>Teams meeting</span></label>`
