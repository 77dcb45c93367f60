"""Exhaustive search over what may happen to the record of one recipient.

The world: one record; up to three workers of one to three runs, each a program read > claim > check > send > wait > mark,
in any interleaving. A crash, a cancel or an endless pause is a worker that is never scheduled again, so every invariant is
looked at in every state. A write to the ledger is applied and acknowledged; or refused; or applied with the answer lost, and
tried again; or late: still on its way while its worker tries again, and applied at any later time. A request to SES is
accepted, refused, or of unknown fate; one that was given up may be accepted later. The tracker hears of an accepted message
at any time, or never. Settle expires claims, grants resends and closes the record, at any time that its conditions allow,
also in a process that was thought dead. An operator may decide at any time that the doubt of that moment is resent by a run.

timing: no request leaves, or is accepted, past its claim's deadline and grace. proof: every event is heard before a grant.
"""

from collections import deque

from claim_record import (
    ABSENT,
    ATTEMPT,
    CLAIM,
    CLAIMED,
    CLOSED,
    DEADLINE,
    DOUBT,
    NONE,
    OPEN,
    REFUSED,
    RUN,
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

# A worker: where it is, the record as it read it, writes on their way, request on its way, accepted
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
