import type { Mistake } from './mistake.ts'

/** Mistakes in how Graph is asked, and how its answers are understood. */
export const GRAPH_MISTAKES: readonly Mistake[] = [
  {
    name: 'I1: an event is written without If-Match',
    patches: [
      {
        file: 'shared/microsoft/graph/event-requests.ts',
        search: '        prefer: EVENT_PREFERENCES,\n        ifMatch: call.etag,',
        replace: '        prefer: EVENT_PREFERENCES,',
      },
    ],
    found: /I1/,
    seed: 4,
    worlds: 'unheard',
  },
  {
    name: 'I1: an event is deleted without If-Match',
    patches: [
      {
        file: 'shared/microsoft/graph/event-requests.ts',
        search: 'target: eventAt(call), ifMatch: call.etag }',
        replace: 'target: eventAt(call) }',
      },
    ],
    found: /I1/,
    seed: 1,
    worlds: 'deletions',
  },
  {
    name: 'I5: a server error counts as a refusal',
    patches: [
      {
        file: 'shared/microsoft/graph/event-answers.ts',
        search: '  status >= 500 || status < 400 ||',
        replace: '  status < 400 ||',
      },
    ],
    found: /./,
    seed: 1,
    worlds: 'refusing',
  },
  {
    name: 'I5: a server error on an event says that the event is gone',
    patches: [
      {
        file: 'shared/microsoft/graph/event-answers.ts',
        search: "if (code === 'erroritemnotfound') return",
        replace: "if (code === 'erroritemnotfound' || status >= 500) return",
      },
    ],
    found: /./,
    seed: 5,
    worlds: 'refusing',
  },
  {
    name: 'G5: a time in a zone is written as if it were UTC',
    patches: [
      {
        file: 'shared/microsoft/graph/write-event.ts',
        search: '=== at) return { dateTime, timeZone }',
        replace: "=== at) return { dateTime, timeZone: 'UTC' }",
      },
    ],
    found: /I5/,
    seed: 2,
  },
  {
    name: 'G5: the zone of a series is lost on the way to Outlook',
    patches: [
      {
        file: 'shared/microsoft/graph/write-event.ts',
        search: 'timeZone: seriesZone(zoneOfSeries) }',
        replace: "timeZone: seriesZone(zoneOfSeries) && 'UTC' }",
      },
    ],
    found: /I5/,
    seed: 7,
  },
  {
    name: 'I1: somebody who is out of office is told as busy',
    patches: [
      {
        file: 'shared/microsoft/graph/map-event.ts',
        search: "['oof', 'out_of_office'],",
        replace: "['oof', 'opaque'],",
      },
    ],
    found: /read .*opaque.* for .*out_of_office/,
    seed: 1,
  },
  {
    name: 'I1: the categories of an event are not read',
    patches: [
      {
        file: 'shared/microsoft/graph/map-event.ts',
        search: 'categories: item.categories ?? [],',
        replace: 'categories: [],',
      },
    ],
    found: /read .* for .*Colour/,
    seed: 1,
  },
]
