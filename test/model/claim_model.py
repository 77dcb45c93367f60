"""Exhaustive search over what may happen to the record of one recipient: docs/guarantees.md, lambda-src/domain/ledger/record.ts.

  python3 claim_model.py            all checks and mutants; ends with 1 where one is not as expected
  python3 claim_model.py WORD       those whose name contains WORD
  python3 claim_model.py --table    what each write of record.ts does to each record, as JSON: a test compares it

The world: one record; up to three workers of one to three runs, each a program read > claim > check > send > wait > mark,
in any interleaving. A crash, a cancel or an endless pause is a worker that is never scheduled again, so every invariant is
looked at in every state. A write to the ledger is applied and acknowledged; or refused; or applied with the answer lost, and
tried again; or late: still on its way while its worker tries again, and applied at any later time. A request to SES is
accepted, refused, or of unknown fate; one that was given up may be accepted later. The tracker hears of an accepted message
at any time, or never. Settle expires claims, grants resends and closes the record, at any time that its conditions allow,
also in a process that was thought dead. An operator may decide at any time that the doubt of that moment is resent by a run.

timing: no request leaves, or is accepted, past its claim's deadline and grace. proof: every event is heard before a grant.
"""

import json
import sys
import time
from collections import deque

NONE, CLAIMED, SENT, REFUSED, OPEN, DOUBT = 'none', 'claimed', 'sent', 'refused', 'open', 'in_doubt'

# A record: state, id of its claim, sending number of the claiming run, attempt, deadline, closed, grant (run, claim),
# claims that were in doubt before. 0 is an attribute that is not there.
ABSENT = (NONE, 0, 0, 0, 0, 0, 0, 0, ())
STATE, CLAIM, RUN, ATTEMPT, DEADLINE, CLOSED, GRANT_RUN, GRANT_CLAIM, DOUBTS = range(9)


# ---- The writes of record.ts: the record after it, or None where its condition does not hold. `wrong` is what a mutant
# leaves out.


def claimable(found, run, wrong=frozenset()):
    state, claim, by, _, _, closed, grant_run, grant_claim, _ = found
    if state == NONE:
        return True
    if closed >= run and 'closed is not looked at' not in wrong:
        return False
    if state == REFUSED:
        return by < run
    if state == CLAIMED:
        return 'a claim is taken over' in wrong
    if state == DOUBT and 'a doubt is claimed without a grant' in wrong:
        return True
    return state == OPEN or (state == DOUBT and grant_run == run and grant_claim == claim)


def claim(record, found, me, run, wrong=frozenset()):
    state, held, _, attempt, deadline, closed, _, _, doubts = record
    mine = state == CLAIMED and held == me and deadline == 0
    free = state == NONE if found[STATE] == NONE else attempt == found[ATTEMPT] and claimable(record, run, wrong)
    if found[STATE] == DOUBT:
        free = free and state == DOUBT and held == found[CLAIM]
    elif found[STATE] != NONE:
        free = free and (state in (OPEN, REFUSED) or 'a claim is taken over' in wrong)
    if not mine and not free:
        return None
    before = found[DOUBTS] + (found[CLAIM],) if found[STATE] == DOUBT else doubts
    return (CLAIMED, me, run, found[ATTEMPT] + 1, 0, closed, 0, 0, before)


def extend(record, me, deadline):
    if record[STATE] != CLAIMED or record[CLAIM] != me or record[DEADLINE] > deadline:
        return None
    return record[:DEADLINE] + (deadline,) + record[CLOSED:]


def end(record, me, state, wrong=frozenset()):
    mine = record[CLAIM] == me and record[STATE] in (CLAIMED, state)
    if not mine and not ('a mark does not ask whose claim it is' in wrong and record[STATE] != NONE):
        return None
    return (state,) + record[CLAIM:]


def restore(record, found, me, run, state, wrong=frozenset()):
    if 'a resend that did not go out is open' in wrong:
        return end(record, me, state)
    back = state == OPEN or 'a refusal gives the grant back' in wrong
    held = record[STATE] == CLAIMED and record[CLAIM] == me
    restored = (
        record[STATE] == DOUBT
        and record[CLAIM] == found[CLAIM]
        and record[ATTEMPT] == found[ATTEMPT] + 1
        and (record[GRANT_RUN:DOUBTS] == (run, found[CLAIM]) if back else record[CLOSED] == run)
    )
    if not held and not restored:
        return None
    grant = (run, found[CLAIM]) if back else record[GRANT_RUN:DOUBTS]
    closed = record[CLOSED] if back else run
    return (DOUBT, found[CLAIM], found[RUN], record[ATTEMPT], found[DEADLINE], closed) + grant + (found[DOUBTS],)


def accepted(record):
    return (SENT,) + record[CLAIM:]


def expire(record, held, deadline):
    if record[STATE] != CLAIMED or record[CLAIM] != held or record[DEADLINE] != deadline:
        return None
    return (DOUBT,) + record[CLAIM:]


def grant(record, held, deadline, run, by, wrong=frozenset()):
    state, mine, of, _, until, closed, grant_run, _, doubts = record
    if state != DOUBT or closed >= run or grant_run > run:
        return None
    if 'a grant does not ask for the claim' not in wrong and (mine != held or until != deadline):
        return None
    if by == 'policy' and ((of != run and 'a policy grants any doubt' not in wrong) or doubts):
        return None
    if 'a doubt is reopened' in wrong:
        return (OPEN,) + record[CLAIM:]
    return record[:GRANT_RUN] + (run, mine) + record[DOUBTS:]


def close(record, found, run):
    if found[STATE] == NONE:
        begun = (OPEN, 0, run, 0, 0, run, 0, 0, ())
        return begun if record[STATE] == NONE or record == begun else None
    if record[STATE] != found[STATE] or record[ATTEMPT] != found[ATTEMPT] or record[CLOSED] > run:
        return None
    return record[:CLOSED] + (run,) + record[GRANT_RUN:]


# ---- The search. A worker: where it is, the record as it read it, writes on their way, request on its way, accepted
# requests, deadline that has passed, its own deadline, whether its message was heard of.

PC, FOUND, LATE, FLY, ACCEPTED, PASSED, MINE, HEARD = range(8)
WRITES = ('claim', 'extend', SENT, REFUSED, OPEN, DOUBT)


def explore(
    runs=(1, 1, 2), policies='hold', named=(), wrong=(), timing=False, proof=False, late=1, settle_late=0, crash=False,
    stop=False, closes=True, throttles=True, most=2_000_000,
):
    """runs: of each worker. policies: of all runs, or by run. named: runs that an operator has resend doubts."""
    wrong = frozenset(wrong)
    count = len(runs)
    all_runs = sorted(set(runs))
    policy_of = lambda run: policies if isinstance(policies, str) else policies[run - 1]
    one_id = 'all claims of a run have one id' in wrong
    id_of = lambda at: runs[at] if one_id else at + 1
    run_of = {id_of(at): run for at, run in enumerate(runs)}
    idle = ('read', ABSENT, 0, 0, 0, 0, 0, 0)
    # What operators named, by run; Settle's writes on their way.
    begin = (ABSENT, (idle,) * count, late, (0,) * len(all_runs), (), settle_late)
    parents = {begin: None}
    queue = deque([begin])
    broken = {}

    while queue:
        now = queue.popleft()
        record, workers, lates, decided, settles, settle_lates = now
        state, held, by = record[STATE], record[CLAIM], record[RUN]
        total = sum(worker[ACCEPTED] for worker in workers)

        def flag(what):
            broken.setdefault(what, now)

        # One message for those that had no mail, and one more for each decision on exactly one doubt.
        sums = {}
        for at, worker in enumerate(workers):
            found = worker[FOUND]
            why = (runs[at], found[CLAIM]) if found[STATE] == DOUBT and worker[ACCEPTED] else None
            sums[why] = sums.get(why, 0) + worker[ACCEPTED]
        if any(sent > 1 for sent in sums.values()):
            flag('TWICE by one decision')
        if timing and proof and total > 1:
            flag('TWICE though SES keeps to its times and tells of all')
        if state == SENT and not total:
            flag('SENT and not accepted')
        if total and state in (OPEN, REFUSED):
            flag(f'ACCEPTED and {state}')
        if state in (OPEN, REFUSED) and not claimable(record, 9, wrong):
            flag('NOBODY may send any more')
        if broken and stop:
            break
        if len(parents) > most:
            broken['TOO MANY STATES'] = now
            break

        def go(what, record2=record, at=None, worker2=None, lates2=lates, **more):
            if state == SENT and record2[STATE] != SENT:
                broken.setdefault('SENT and overwritten', now)
            workers2 = workers if at is None else workers[:at] + (worker2,) + workers[at + 1 :]
            following = (
                record2,
                tuple(forget(worker, id_of(i) == record2[CLAIM]) for i, worker in enumerate(workers2)),
                lates2,
                more.get('decided', decided),
                more.get('settles', settles),
                more.get('settle_lates', settle_lates),
            )
            if following not in parents:
                parents[following] = (now, what)
                queue.append(following)

        def forget(worker, holds):
            """What no later step can read."""
            pc, found, on_way, fly, sent, passed, mine, heard = worker
            over = pc in ('end', 'refused')
            if found[STATE] == DOUBT:
                marks = not over or on_way or pc == 'refused'
                _, claim, run, attempt, deadline, _, _, _, doubts = found
                found = (DOUBT, claim) + ((run, attempt, deadline) if marks else (0, 0, 0)) + (0, 0, 0)
                found += (doubts if marks else (),)
                if not marks and not sent and not fly:
                    found = ABSENT
            elif found is not ABSENT:
                claims = pc in ('claim', 'accuse') or on_way & 1
                found = (OPEN, 0, 0, found[ATTEMPT], 0, 0, 0, 0, ()) if claims and found[STATE] != NONE else ABSENT
            return (
                *(pc, found, on_way, fly, sent),
                passed if timing or holds else 0,
                0 if over or pc.startswith('mark ') else mine,
                heard if proof else 0,
            )

        for at, worker in enumerate(workers):
            pc, found, on_way, fly, sent, passed, mine, heard = worker
            me, run, name = id_of(at), runs[at], f'worker {at} of run {runs[at]}'

            def but(**changes):
                names = ('pc', 'found', 'on_way', 'fly', 'sent', 'passed', 'mine', 'heard')
                return tuple(changes.get(key, value) for key, value in zip(names, worker))

            def written(kind):
                if kind == 'claim':
                    return claim(record, found, me, run, wrong)
                if kind == 'extend':
                    return extend(record, me, 1)
                if kind == SENT:
                    return accepted(record)
                if kind != DOUBT and found[STATE] == DOUBT:
                    return restore(record, found, me, run, kind, wrong)
                return end(record, me, kind, wrong)

            def write(kind, then, otherwise, **changes):
                after = written(kind)
                if after is None:
                    go(f'{name} {kind}: refused', record, at, but(pc=otherwise))
                else:
                    if kind == 'claim' and after != record:
                        check_claim(record, found, run)
                    go(f'{name} {kind}: applied', after, at, but(pc=then, **changes))
                    if after != record:
                        go(f'{name} {kind}: applied, answer lost', after, at, worker)
                bit = 1 << WRITES.index(kind)
                if lates and not on_way & bit:
                    go(f'{name} {kind}: late, tries again', record, at, but(on_way=on_way | bit), lates - 1)

            def check_claim(record, found, run):
                if record[CLOSED] >= run:
                    flag('CLAIMED by a run that it was closed to')
                if record[STATE] != DOUBT:
                    return
                of = record[CLAIM]
                if decided[all_runs.index(run)] != of and not (policy_of(run) == 'resend' and run_of.get(of) == run):
                    flag('RESENT a doubt that nobody decided on')
                if any(
                    other[PC] == 'refused' and other[FOUND][STATE] == DOUBT and (runs[i], other[FOUND][CLAIM]) == (run, of)
                    for i, other in enumerate(workers)
                ):
                    flag('RESENT once more though SES refused it')

            for index, kind in enumerate(WRITES):
                if on_way >> index & 1:
                    after = written(kind)
                    landed = record if after is None else after
                    if kind == 'claim' and landed != record:
                        check_claim(record, found, run)
                    go(f'{name}, late: {kind} lands', landed, at, but(on_way=on_way & ~(1 << index)))
            if held == me and state in (CLAIMED, DOUBT) and passed <= record[DEADLINE] and not (timing and fly):
                go(f'{name}: deadline and grace pass', record, at, but(passed=record[DEADLINE] + 1))
            if fly and pc != 'wait':
                go(f'{name}: SES accepts late', record, at, but(fly=0, sent=sent + 1))
                go(f'{name}: the request is lost', record, at, but(fly=0))
            if sent and (state != SENT or not heard):
                go(f'an event of {name}', accepted(record), at, but(heard=1))

            if pc == 'read':
                if claimable(record, run, wrong):
                    go(f'{name} reads {state}', record, at, but(pc='claim', found=record))
                    if crash:
                        go(f'{name} reads {state}, of a row that kills', record, at, but(pc='accuse', found=record))
                if crash and 'a row that kills is refused unclaimed' in wrong and state in (NONE, OPEN, CLAIMED):
                    go(f'{name} refuses it unclaimed', (REFUSED, me, run) + record[ATTEMPT:], at, but(pc='refused'))
            elif pc == 'claim':
                write('claim', 'check', 'end')
                if 'a request follows a claim of unknown fate' in wrong:
                    go(f'{name} claim: not applied, answer lost, goes on', record, at, but(pc='check'))
            elif pc == 'accuse':
                write('claim', 'mark ' + REFUSED, 'end')
            elif pc == 'check':
                go(f'{name} is too late', record, at, but(pc='mark ' + OPEN))
                if not (timing and passed > mine):
                    go(f'{name} sends', record, at, but(pc='wait', fly=1))
            elif pc == 'wait' and not (timing and passed > mine):
                go(f'{name}: 200', record, at, but(pc='mark ' + SENT, fly=0, sent=sent + 1))
                repeated = 'the SDK repeats a request' in wrong
                lost = 'check' if repeated and sent < 1 else 'mark ' + DOUBT
                go(f'{name}: accepted, answer lost', record, at, but(pc=lost, fly=0, sent=sent + 1))
                go(f'{name}: refused', record, at, but(pc='mark ' + REFUSED, fly=0))
                go(f'{name}: not now', record, at, but(pc='mark ' + OPEN, fly=0))
                if mine == 0 and throttles:
                    go(f'{name}: throttled', record, at, but(pc='extend', fly=0))
                go(f'{name}: no answer', record, at, but(pc='mark ' + DOUBT))
            elif pc == 'wait':
                go(f'{name}: cut', record, at, but(pc='mark ' + DOUBT, fly=0))
            elif pc == 'extend':
                blind = 'a longer deadline is not waited for' in wrong
                write('extend', 'check', 'check' if blind else 'end', mine=1)
                if blind:
                    go(f'{name} extend: unknown, goes on', record, at, but(pc='check', mine=1))
                go(f'{name} extend: unknown, gives up', record, at, but(pc='mark ' + OPEN))
            elif pc.startswith('mark '):
                write(pc[5:], 'refused' if pc[5:] == REFUSED else 'end', 'end')

        # Settle, of any run, at any time.
        over = any(id_of(at) == held and worker[PASSED] > record[DEADLINE] for at, worker in enumerate(workers))
        if state == CLAIMED and over:
            go('Settle: expired', expire(record, held, record[DEADLINE]))

        def settle(what, operation, arguments, **more):
            after = operation(record, *arguments)
            if after is not None:
                go(what, after, **more)
            if settle_lates:
                waiting = tuple(sorted(settles + ((operation.__name__, arguments),)))
                go(f'{what}: late', settles=waiting, settle_lates=settle_lates - 1)

        heard_all = all(worker[HEARD] or not worker[ACCEPTED] for worker in workers)
        for index, run in enumerate(all_runs):
            if state == DOUBT and (over or 'a grant does not wait for the deadline' in wrong) and (heard_all or not proof):
                if policy_of(run) == 'resend':
                    settle(f'run {run}: policy', grant, (held, record[DEADLINE], run, 'policy', wrong))
                if decided[index] and (decided[index] == held or 'a grant does not ask for the claim' in wrong):
                    settle(f'run {run}: by its list', grant, (held, record[DEADLINE], run, 'list', wrong))
            if state == DOUBT and run in named and not decided[index]:
                go(f'somebody: resend by run {run}', decided=decided[:index] + (held,) + decided[index + 1 :])
            if closes and (claimable(record, run) or (state == DOUBT and record[CLOSED] < run)):
                settle(f'run {run}: closes', close, (record, run))
        for index, (name, arguments) in enumerate(settles):
            after = {'grant': grant, 'close': close}[name](record, *arguments)
            rest = settles[:index] + settles[index + 1 :]
            go(f'Settle, late: {name} lands', record if after is None else after, settles=rest)

    def trace(state):
        steps = []
        while parents[state]:
            state, what = parents[state]
            steps.append(what)
        return steps[::-1]

    return len(parents), {what: trace(state) for what, state in broken.items()}


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


# ---- The table: every write on every record, for the test that holds it against record.ts.


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


if __name__ == '__main__':
    if sys.argv[1:] == ['--table']:
        table()
    else:
        sys.exit(bool(check(sys.argv[1] if len(sys.argv) > 1 else '')))
