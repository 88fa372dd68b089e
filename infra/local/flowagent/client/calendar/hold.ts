import type { CalendarOptions } from 'fullcalendar'

export interface Hold {
  /** Draws now, or once the pointer has let go of the event it is on. */
  draw(): void
  /** What the calendar library has to tell. */
  readonly options: CalendarOptions
}

/**
 * Nothing is drawn while the pointer is down on an event in `place`: FullCalendar remembers from that moment how the
 * event was, and puts that one back beside one that was drawn anew meanwhile.
 */
export function createHold(place: HTMLElement, draw: () => void): Hold {
  let isPressed = false
  let isDragging = false
  let isWaiting = false

  function drawOrWait(): void {
    isWaiting = isPressed || isDragging
    if (!isWaiting) draw()
  }

  function letGo(): void {
    if (isWaiting) drawOrWait()
  }

  function released(): void {
    isPressed = false
    letGo()
  }

  /** FullCalendar tells the drop right after the stop. */
  function stop(): void {
    isDragging = false
    queueMicrotask(letGo)
  }

  const start = () => {
    isDragging = true
  }

  place.addEventListener(
    'pointerdown',
    ({ button, target }) => {
      if (button === 0 && target instanceof Element && target.closest('[data-item]') !== null) isPressed = true
    },
    { capture: true },
  )
  // The click comes first: it opens the element that it was on.
  for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, () => setTimeout(released))
  return {
    draw: drawOrWait,
    options: { eventDragStart: start, eventDragStop: stop, eventResizeStart: start, eventResizeStop: stop },
  }
}
