import { SAMPLE } from '../../infra/local/settings.ts'
import { createPorts } from '../../shared/app.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { createService } from '../../shared/service.ts'
import { registerClient } from './authorization.ts'

// A process of its own: certificates that are trusted besides the usual ones are read when a process starts.
const service = await createService({ ...createPorts(configOrThrow(readConfig())), log: () => undefined })
await registerClient(service, SAMPLE)
process.exit(0)
