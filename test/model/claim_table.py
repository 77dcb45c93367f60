"""Every write on every record, for the test that holds it against record.ts."""

import json

from claim_record import (
    ABSENT,
    CLAIMED,
    DOUBT,
    OPEN,
    REFUSED,
    SENT,
    STATE,
    accepted,
    claim,
    claimable,
    close,
    end,
    expire,
    extend,
    grant,
    restore,
)


def records():
    yield ABSENT
    for state in (CLAIMED, SENT, REFUSED, OPEN, DOUBT):
        for held in (1, 2, 3):
            for run in (1, 2):
                for attempt in (1, 2):
                    for deadline in (0, 1):
                        for closed in (0, 1, 2):
                            for granted in ((0, 0), (1, 1), (2, 1), (2, 2)):
                                for doubts in ((), (1,)):
                                    yield (state, held, run, attempt, deadline, closed) + granted + (doubts,)


def operations():
    """Each with the arguments that record.ts gets, and what the model makes of a record."""
    read = [ABSENT] + [
        (state, held, 1, attempt, 0, 0) + ((run, held) if state == DOUBT else (0, 0)) + (doubts,)
        for state in (OPEN, REFUSED, DOUBT)
        for held in (1, 2)
        for attempt in (1, 2)
        for run in (1, 2)
        for doubts in ((), (1,))
    ]
    for run in (1, 2):
        yield ('claimable', [run]), lambda record, run=run: record if claimable(record, run) else None
        for found in sorted(set(read)):
            yield ('claim', [found, 3, run]), lambda record, a=(found, 3, run): claim(record, *a)
            yield ('close', [found, run]), lambda record, a=(found, run): close(record, *a)
            if found[STATE] == DOUBT:
                for state in (OPEN, REFUSED):
                    yield (
                        ('restore', [found, 3, run, state]),
                        lambda record, a=(found, 3, run, state): restore(record, *a),
                    )
        for held in (1, 2):
            for deadline in (0, 1):
                for by in ('policy', 'list'):
                    yield (
                        ('grant', [held, deadline, run, by]),
                        lambda record, a=(held, deadline, run, by): grant(record, *a),
                    )
    for held in (1, 3):
        for deadline in (0, 1):
            yield ('extend', [held, deadline]), lambda record, a=(held, deadline): extend(record, *a)
            yield ('expire', [held, deadline]), lambda record, a=(held, deadline): expire(record, *a)
        for state in (REFUSED, OPEN, DOUBT):
            yield ('end', [held, state]), lambda record, a=(held, state): end(record, *a)
    yield ('accepted', []), accepted


def table():
    every = list(records())
    print(json.dumps({'records': every}))
    for (name, arguments), operation in operations():
        after = {at: operation(record) for at, record in enumerate(every)}
        allowed = {at: record for at, record in after.items() if record is not None}
        print(json.dumps({'operation': name, 'arguments': arguments, 'allowed': allowed}))
