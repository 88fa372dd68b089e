import type { Fields } from './event.ts'

interface Place {
  readonly displayName?: string | null
}

/** `location` and `locations` always correspond: the one a client writes replaces the other. */
export function withPlaces(given: Fields): Fields {
  const { location, locations } = given as { location?: Place | null; locations?: readonly Place[] }
  if (locations !== undefined) return { ...given, location: locations[0] ?? null }
  if (!('location' in given)) return given
  return { ...given, locations: location?.displayName ? [location] : [] }
}
