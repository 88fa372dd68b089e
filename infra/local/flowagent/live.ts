import type { Log } from '../../../shared/core/log.ts'
import { type Clock, seconds } from '../../../shared/core/time.ts'
import type { Api } from './api.ts'
import type { LiveMessage } from './messages.ts'
import type { Session } from './sessions.ts'
import { createWatch, type Watch } from './watch.ts'

type Viewer = (message: LiveMessage) => void

/** Keeps the open pages of every session up to date. */
export interface Live {
  /** Tells `viewer` the present state at once and every change from now on. @returns what ends it. */
  join(session: Session, viewer: Viewer): () => void
  /** The session's connection was made or ended: tells every page of it now. */
  connectionChanged(session: Session): void
  /** Tells every page of the session. */
  tell(session: Session, message: LiveMessage): void
  close(): void
}

/** Everybody who looks at one session. */
interface Audience {
  viewers: Set<Viewer>
  watch: Watch | undefined
}

const PACE = seconds(1)
const NOT_CONNECTED: LiveMessage = { type: 'status', status: { state: 'not_connected' }, reachable: true }

/** Looks at the API once a second for each session that has a page open, and not at all for the others. */
export function createLive(dependencies: { api: Api; clock: Clock; log: Log }): Live {
  const { clock, log } = dependencies
  const audiences = new Map<Session, Audience>()

  /** A watch of a connection that has ended meanwhile is not listened to any more. */
  function follow(session: Session, audience: Audience): void {
    const { connection } = session
    const tell = (message: LiveMessage) => {
      if (audience.watch !== watch) return
      for (const viewer of audience.viewers) viewer(message)
    }
    const watch = connection && createWatch({ ...dependencies, connection, tell })
    audience.watch = watch
  }

  async function look({ watch }: Audience): Promise<void> {
    try {
      await watch?.look()
    } catch (error) {
      log('error', 'flowagent-look-broke', { cause: error instanceof Error ? error.name : 'unknown' })
    }
  }

  async function run(session: Session, audience: Audience): Promise<void> {
    while (audience.viewers.size > 0) {
      await look(audience)
      await clock.sleep(PACE)
    }
    audiences.delete(session)
  }

  function gather(session: Session): Audience {
    const audience: Audience = { viewers: new Set(), watch: undefined }
    audiences.set(session, audience)
    follow(session, audience)
    return audience
  }

  return {
    join(session, viewer) {
      const running = audiences.get(session)
      const audience = running ?? gather(session)
      audience.viewers.add(viewer)
      viewer(audience.watch?.status() ?? NOT_CONNECTED)
      void (running === undefined ? run(session, audience) : look(audience))
      return () => audience.viewers.delete(viewer)
    },
    connectionChanged(session) {
      const audience = audiences.get(session)
      if (audience === undefined) return
      follow(session, audience)
      for (const viewer of audience.viewers) viewer(audience.watch?.status() ?? NOT_CONNECTED)
      void look(audience)
    },
    tell(session, message) {
      for (const viewer of audiences.get(session)?.viewers ?? []) viewer(message)
    },
    close() {
      for (const audience of audiences.values()) audience.viewers.clear()
    },
  }
}
