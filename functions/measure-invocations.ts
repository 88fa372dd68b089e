import { app } from '@azure/functions'
import { invocationMetrics, recordFigures } from '../shared/app.ts'

// Not a function: hooks around all of them. What is measured when the instance ends is stored, as far as there is time.
app.hook.preInvocation((context) => invocationMetrics.before(context))
app.hook.postInvocation((context) => invocationMetrics.after(context))
app.hook.appTerminate(() => recordFigures())
