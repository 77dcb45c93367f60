const Sequencer = require('@jest/test-sequencer').default;

/** The files share one stack and one inbox: the same order everywhere, whatever Jest's cache remembers of times. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
};
