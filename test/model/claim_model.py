"""Exhaustive search over what may happen to the record of one recipient: docs/guarantees.md, lambda-src/domain/ledger/record.ts.

  python3 claim_model.py            all checks and mutants; ends with 1 where one is not as expected
  python3 claim_model.py WORD       those whose name contains WORD
  python3 claim_model.py --table    what each write of record.ts does to each record, as JSON: a test compares it
"""

import sys
import time

from claim_search import explore
from claim_table import table

EXACT = {'timing': True, 'proof': True}
RESEND = {'policies': 'resend'}
SETTLE_LATE = {'late': 0, 'settle_late': 1}
CHECKS = [
    ('doubts are held, runs 1 1 2', dict(late=0)),
    ('doubts are held, runs 1 2 2', dict(runs=(1, 2, 2), late=0)),
    ('doubts are held, late writes', dict(runs=(1, 2), late=2)),
    ('doubts are held, Settle late', dict(runs=(1, 2), **SETTLE_LATE)),
    ('doubts are held, a row that kills', dict(runs=(1, 1, 2), late=0, crash=True)),
    ('a policy resends, late writes', dict(runs=(1, 1), **RESEND)),
    ('a policy resends, Settle late', dict(runs=(1, 1), **RESEND, **SETTLE_LATE)),
    ('a policy resends, runs 1 1 1', dict(runs=(1, 1, 1), late=0, closes=False, throttles=False, **RESEND)),
    ('a policy resends, runs 1 1 2', dict(runs=(1, 1, 2), late=0, **RESEND)),
    ('a policy resends, SES keeps its times and tells of all', dict(runs=(1, 1), **RESEND, **EXACT)),
    ('the older run resends, the newer holds', dict(runs=(1, 2), policies=('resend', 'hold'))),
    ('an operator resends, late writes', dict(runs=(1, 2), named=(2,))),
    ('an operator resends, Settle late', dict(runs=(1, 2), named=(2,), **SETTLE_LATE)),
    ('two resends overlap', dict(runs=(1, 2, 3), named=(2, 3), late=0, closes=False, throttles=False)),
    (
        'a resend, and a policy beside it',
        dict(runs=(1, 2, 2), policies=('hold', 'resend'), named=(2,), late=0, closes=False, throttles=False),
    ),
    ('a resend, SES keeps its times and tells of all', dict(runs=(1, 2), named=(2,), late=0, **EXACT)),
]
MUTANTS = [
    ('a claim is taken over', dict(runs=(1, 2), late=0)),
    ('a mark does not ask whose claim it is', dict(late=1)),
    ('a request follows a claim of unknown fate', dict(runs=(1, 2), late=0)),
    ('the SDK repeats a request', dict(runs=(1,), late=0)),
    ('all claims of a run have one id', dict(runs=(1, 1), late=0)),
    ('a row that kills is refused unclaimed', dict(late=0, crash=True)),
    ('a doubt is claimed without a grant', dict(runs=(1, 2), late=0)),
    ('a longer deadline is not waited for', dict(runs=(1, 2), named=(2,), late=0, **EXACT)),
    ('a grant does not wait for the deadline', dict(runs=(1, 2), named=(2,), late=0, **EXACT)),
    ('a grant does not ask for the claim', dict(runs=(1, 2, 2), named=(2,), late=0)),
    ('a policy grants any doubt', dict(runs=(1, 2), policies=('resend', 'hold'), late=0)),
    ('a doubt is reopened', dict(runs=(1, 1), late=0, **RESEND)),
    ('a resend that did not go out is open', dict(runs=(1, 2), named=(2,), late=0)),
    ('a refusal gives the grant back', dict(runs=(1, 2, 2), named=(2,), late=0)),
    ('closed is not looked at', dict(runs=(1, 1), late=0)),
]


def check(wanted):
    unexpected = 0
    for name, world in CHECKS + [(name, dict(world, wrong=(name,), stop=True)) for name, world in MUTANTS]:
        if wanted not in name:
            continue
        begun = time.process_time()
        states, broken = explore(**world)
        mutant = 'wrong' in world
        fine = bool(broken) and 'TOO MANY STATES' not in broken if mutant else not broken
        unexpected += not fine
        took = time.process_time() - begun
        print(f'{"ok" if fine else "!!"} {"mutant: " if mutant else ""}{name}: {states} states, {took:.1f} s', flush=True)
        for what, steps in broken.items():
            print(f'     {what}: ' + '; '.join(steps), flush=True)
    return unexpected


if __name__ == '__main__':
    if sys.argv[1:] == ['--table']:
        table()
    else:
        sys.exit(bool(check(sys.argv[1] if len(sys.argv) > 1 else '')))
