const PACE_MS = 1000

/** Calls back when somebody else, or another page, changed the mailbox. A page that nobody sees does not ask. */
export function watchMailbox(person: string, onChange: () => void, onReach: (isReachable: boolean) => void): void {
  let known: string | undefined
  const look = async () => {
    if (document.hidden) return
    const version = await askVersion(person)
    onReach(version !== undefined)
    if (version !== undefined && known !== undefined && version !== known) onChange()
    known = version ?? known
  }
  // At once as well, so that what changes right after the page was read is not missed.
  void look()
  setInterval(look, PACE_MS)
}

/** @returns undefined while the stand-in cannot be reached. */
async function askVersion(person: string): Promise<string | undefined> {
  try {
    const response = await fetch(`/outlook/version?person=${encodeURIComponent(person)}`)
    return response.ok ? (await response.json()).version : undefined
  } catch (error) {
    if (error instanceof TypeError) return undefined // the fetch standard's network error
    throw error
  }
}
