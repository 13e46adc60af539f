"""An import: tried, confirmed, read in; stopped or killed anywhere, nothing is lost or doubled."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.exchange import runs
from patientsakerhet.exchange.models import ImportFile, ImportLine, ImportRun
from patientsakerhet.lib.refusal import NotAllowed, NotReady, WrongStep
from patientsakerhet.organisation.models import CareProvider, Role
from tests.factories import make_unit, person_as

pytestmark = pytest.mark.django_db(databases=["default", "trail"])

NAMES = "Namn\nAlfa\nBeta\nGamma\nDelta\nEpsilon\n"


@pytest.fixture
def admin():
    return person_as(Role.ADMINISTRATOR, make_unit())


def names():
    return set(CareProvider.objects.filter(kind="private").values_list("name", flat=True))


def uploaded(content=NAMES, kind="providers", by=None, **more):
    return runs.upload(kind, "v.csv", content.encode(), by=by, **more)


def worked(run):
    while runs.carry_on(run.pk):
        pass
    run.refresh_from_db()
    return run


def outcomes(run):
    return list(run.lines.order_by("number").values_list("number", "outcome"))


def test_the_trial_says_what_would_be_and_writes_nothing(providers, admin):
    run = worked(uploaded(by=admin))

    assert run.state == ImportRun.State.READY
    assert run.planned == {"added": 5, "letters": 25}
    assert outcomes(run) == [(number, "added") for number in range(2, 7)]
    assert (run.rows, run.parts, run.form) == (5, 3, "CSV, utf-8, semikolon")
    assert names() == set()


def test_confirmed_it_is_read_in_and_every_row_has_one_line(providers, admin):
    run = worked(runs.confirm(worked(uploaded(by=admin)), by=admin))

    assert run.state == ImportRun.State.DONE
    assert run.counts == {"added": 5, "letters": 25}
    assert outcomes(run) == [(number, "added") for number in range(2, 7)]
    assert names() == {"Alfa", "Beta", "Gamma", "Delta", "Epsilon"}
    made = Event.objects.get(action="import.made")
    assert (made.actor_id, made.object_id, made.right) == (admin.pk, run.pk, "administer")


def test_the_same_file_again_has_nothing_new(providers, admin):
    worked(runs.confirm(worked(uploaded(by=admin)), by=admin))
    again = worked(uploaded(by=admin))

    assert again.planned == {"unchanged": 5, "letters": 25}
    with pytest.raises(NotReady, match="inget nytt"):
        runs.confirm(again, by=admin)
    assert ImportFile.objects.count() == 1


def test_one_bad_row_stops_a_whole_file(providers, admin):
    run = worked(uploaded("Namn\nAlfa\nfel\n", "whole", by=admin))

    assert run.planned == {"added": 1, "error": 1, "letters": 7}
    with pytest.raises(NotReady, match="1 rad går inte att läsa in"):
        runs.confirm(run, by=admin)


def test_a_bad_row_in_a_file_of_parts_is_listed_and_the_others_are_read(providers, admin):
    run = worked(runs.confirm(worked(uploaded("Namn\nAlfa\nfel\nBeta\n", by=admin)), by=admin))
    assert run.counts == {"added": 2, "error": 1, "letters": 11}
    assert names() == {"Alfa", "Beta"}


def test_a_refusal_on_the_way_stops_and_says_why_and_can_go_on(providers, admin):
    run = worked(uploaded("Namn\nAlfa\nBeta\nstopp\n", by=admin))
    assert (run.state, run.failure, run.parts_done) == (ImportRun.State.FAILED, "Det tar stopp.", 1)
    assert Event.objects.filter(action="import.stopped", object_id=run.pk).exists()

    run = worked(runs.resume(run, by=admin))
    assert (run.state, run.failure) == (ImportRun.State.FAILED, "Det tar stopp.")


def test_a_file_that_cannot_be_read_is_stopped_with_the_reason(providers, admin):
    run = worked(uploaded("", by=admin))
    assert (run.state, run.failure) == (ImportRun.State.FAILED, "Filen är tom.")


def test_killed_half_way_it_goes_on_and_doubles_nothing(providers, admin):
    run = runs.confirm(worked(uploaded(by=admin)), by=admin)
    providers.dies_at = "Delta"
    with pytest.raises(SystemExit):
        runs.carry_on(run.pk)
    run.refresh_from_db()
    assert (run.state, run.parts_done) == (ImportRun.State.RUNNING, 1)
    assert names() == {"Alfa", "Beta"}

    providers.dies_at = None
    runs.sweep()

    run.refresh_from_db()
    assert (run.state, run.counts) == (ImportRun.State.DONE, {"added": 5, "letters": 25})
    assert outcomes(run) == [(number, "added") for number in range(2, 7)]


def test_killed_on_the_same_spot_again_and_again_it_is_laid_before_a_person(providers, admin):
    run = runs.confirm(worked(uploaded(by=admin)), by=admin)
    providers.dies_at = "Gamma"
    for _ in range(1 + runs.TRIES):  # the first go got one part done
        with pytest.raises(SystemExit):
            runs.carry_on(run.pk)
    assert not runs.carry_on(run.pk)
    run.refresh_from_db()
    assert run.state == ImportRun.State.FAILED
    assert "fem gånger" in run.failure

    providers.dies_at = None
    assert worked(runs.resume(run, by=admin)).counts == {"added": 5, "letters": 25}


def test_without_time_it_does_one_part_and_says_there_is_more(providers, admin):
    run = uploaded(by=admin)
    assert runs.carry_on(run.pk, work_for=0)
    run.refresh_from_db()
    assert (run.state, run.parts_done) == (ImportRun.State.DRY_RUN, 1)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_may(providers, admin, role):
    other = person_as(role, make_unit())
    run = worked(uploaded(by=admin))
    for act in (
        lambda: uploaded(by=other),
        lambda: runs.confirm(run, by=other),
        lambda: runs.discard(run, by=other),
        lambda: runs.resume(run, by=other),
    ):
        with pytest.raises(NotAllowed):
            act()
    denied = Event.objects.using("trail").filter(kind=Event.Kind.DENIED, actor_id=other.pk)
    assert denied.count() == 4
    assert ImportRun.objects.count() == 1


def test_a_right_withdrawn_between_trial_and_confirmation_counts(providers, admin):
    run = worked(uploaded(by=admin))
    admin.assignments.update(valid_to=timezone.localdate() - timedelta(days=1))
    del admin._assignments_today
    with pytest.raises(NotAllowed):
        runs.confirm(run, by=admin)


def test_steps_are_taken_in_their_order(providers, admin):
    run = uploaded(by=admin)
    with pytest.raises(WrongStep):
        runs.confirm(run, by=admin)
    with pytest.raises(WrongStep):
        runs.resume(run, by=admin)
    worked(run)
    done = worked(runs.confirm(run, by=admin))
    for act in (runs.confirm, runs.discard, runs.resume):
        with pytest.raises(WrongStep):
            act(done, by=admin)


def test_a_discarded_file_is_not_read_in(providers, admin):
    run = runs.discard(worked(uploaded(by=admin)), by=admin)
    assert run.state == ImportRun.State.DISCARDED
    assert not runs.carry_on(run.pk)
    assert not ImportLine.objects.exists()


def test_files_are_forgotten_a_month_after_and_never_before(providers, admin):
    done = worked(runs.confirm(worked(uploaded(by=admin)), by=admin))
    waiting = worked(uploaded("Namn\nZeta\n", by=admin))
    assert runs.forget_files() == 0
    ImportRun.objects.filter(pk=done.pk).update(finished_at=timezone.now() - timedelta(days=31))

    assert runs.forget_files() == 1

    done.file.refresh_from_db()
    waiting.file.refresh_from_db()
    assert bytes(done.file.packed) == b""
    assert waiting.file.content == b"Namn\nZeta\n"
    assert done.lines.count() == 5


def test_a_forgotten_file_that_comes_again_is_kept_again(providers, admin):
    run = uploaded(by=admin)
    ImportFile.objects.update(packed=b"")
    uploaded(by=admin)
    assert ImportFile.objects.get(pk=run.file_id).content == NAMES.encode()


@pytest.mark.django_db(transaction=True, databases=["default", "trail"])
@pytest.mark.races
def test_two_workers_at_once_read_each_row_once(providers):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connections

    admin = person_as(Role.ADMINISTRATOR, make_unit())
    run = runs.confirm(worked(uploaded(by=admin)), by=admin)
    start = Barrier(4)

    def work():
        try:
            start.wait(timeout=10)
            while runs.carry_on(run.pk):
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(work) for _ in range(4)]:
            one.result(timeout=60)
    worked(run)

    assert (run.state, run.counts) == (ImportRun.State.DONE, {"added": 5, "letters": 25})
    assert outcomes(run) == [(number, "added") for number in range(2, 7)]
