/** Whether this is a screen as narrow as a phone's, where the style sheets change the layout too. */
export const isNarrow: boolean = matchMedia('(max-width: 720px)').matches
