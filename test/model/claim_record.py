"""The record of one recipient, and the writes of lambda-src/domain/ledger/record.ts on it."""

NONE, CLAIMED, SENT, REFUSED, OPEN, DOUBT = 'none', 'claimed', 'sent', 'refused', 'open', 'in_doubt'

# A record: state, id of its claim, sending number of the claiming run, attempt, deadline, closed, grant (run, claim),
# claims that were in doubt before. 0 is an attribute that is not there.
ABSENT = (NONE, 0, 0, 0, 0, 0, 0, 0, ())
STATE, CLAIM, RUN, ATTEMPT, DEADLINE, CLOSED, GRANT_RUN, GRANT_CLAIM, DOUBTS = range(9)


# A write: the record after it, or None where its condition does not hold. `wrong` is what a mutant leaves out.


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
