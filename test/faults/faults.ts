import { type Fault, faultsOf } from './fault.ts'
import { ACCESS } from './rows/access.ts'
import { CALENDARS } from './rows/calendars.ts'
import { MESSAGES } from './rows/messages.ts'
import { STORAGE } from './rows/storage.ts'

/** Every fault that this service survives. */
export const FAULTS: readonly Fault[] = faultsOf([...MESSAGES, ...STORAGE, ...ACCESS, ...CALENDARS])
