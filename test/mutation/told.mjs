/** Tells each survivor when it is found: a run takes long, and most of them can be looked at meanwhile. */
class Told {
  onMutantTested({ status, fileName, location, replacement, testsCompleted }) {
    if (status !== 'Survived' && status !== 'NoCoverage') return
    const place = `${fileName.slice(process.cwd().length + 1)}:${location.start.line}:${location.start.column}`
    const fate = status !== 'Survived' ? 'not met ' : testsCompleted === 0 ? 'no test could begin' : 'survived'
    console.log(`${fate} ${place} => ${replacement?.replace(/\s+/g, ' ')}`)
  }
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'told', injectableClass: Told }]
