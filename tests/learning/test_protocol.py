"""Tasks, protocol and evaluation of fine-tuning, on the smallest sizes that show them."""

import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from flatlab.learning import measures as evaluation
from flatlab.learning import protocol as training
from flatlab.learning import tasks as data
from flatlab.learning import tuning
from flatlab.learning.drawn_images import augment, draw_images
from flatlab.learning.tasks import TASKS, Labelled, Task, load_set, make_task, with_label_noise
from flatlab.learning.training_methods import CANDIDATES, METHODS, Recipe, TrainingMethod
from flatlab.methods import GD, HeavyBall, RandomlySmoothed
from flatlab.objectives import accuracy, dimension, hessian


def _tiny(seed=0, classes=3):
    rng = np.random.default_rng(seed)
    parts = []
    for count in (30, 24, 20, 40):
        labels = np.arange(count) % classes
        parts.append(Labelled(rng.standard_normal((count, 4)) + 2 * np.eye(classes, 4)[labels], labels))
    return Task("tiny", *parts, classes, classes)


@pytest.mark.jit_free
def test_drawn_images_follow_from_the_seed_and_differ_by_class():
    first, labels = draw_images(400, range(5), np.random.default_rng(1))
    again, _ = draw_images(400, range(5), np.random.default_rng(1))
    assert first.tobytes() == again.tobytes()
    means = np.array([first[labels == c].mean(axis=0) for c in range(5)])
    nearest = ((first[:, None] - means) ** 2).sum(-1).argmin(axis=1)
    assert 0.5 < (nearest == labels).mean() < 1


@pytest.mark.jit_free
def test_augmentation_of_nothing_changes_nothing_and_a_shift_moves_the_mass():
    images = np.zeros((3, 64))
    images[:, 27] = 1.0
    still = augment(images, np.random.default_rng(0), shift=0, angle=0, noise=0)
    np.testing.assert_allclose(still, images, atol=1e-12)
    moved = augment(images, np.random.default_rng(0), shift=1, angle=0, noise=0)
    assert np.abs(moved - images).max() > 0.1
    with pytest.raises(ValueError, match=r"^images must be square, got rows of 5"):
        augment(np.ones((2, 5)), np.random.default_rng(0))


@pytest.mark.jit_free
def test_label_noise_replaces_the_stated_share():
    labels = np.zeros(1000, int)
    noisy = with_label_noise(labels, 4, 0.2, np.random.default_rng(0))
    assert 100 < (noisy != 0).sum() <= 200
    assert not labels.any()
    with pytest.raises(ValueError, match=r"^share must be"):
        with_label_noise(labels, 4, 1.5, np.random.default_rng(0))


@pytest.mark.jit_free
@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_a_function_of_its_seed_and_its_parts_are_disjoint(name):
    pytest.importorskip("sklearn", reason="needs the extra data")
    task, again, other = make_task(name, 3), make_task(name, 3), make_task(name, 4)
    assert task.train.inputs.tobytes() == again.train.inputs.tobytes() != other.train.inputs.tobytes()
    parts = [{row.tobytes() for row in part.inputs} for part in (task.train, task.validation, task.test)]
    assert len(parts[0] | parts[1] | parts[2]) == sum(map(len, parts))
    assert not set.union(*parts) & {row.tobytes() for row in task.source.inputs}
    for part, classes in ((task.source, task.source_classes), (task.train, task.classes), (task.test, task.classes)):
        assert part.labels.min() >= 0
        assert part.labels.max() < classes


@pytest.mark.jit_free
def test_wrong_tasks_and_sets_are_refused(monkeypatch):
    with pytest.raises(ValueError, match=r"^name must be one of .*Did you mean 'drawn-drawn'"):
        make_task("drawn-drawm", 1)
    with pytest.raises(ValueError, match=r"^seed must be"):
        make_task("drawn-drawn", -1)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ValueError, match=r"needs scikit-learn: pip install 'flatlab\[data\]'"):
        load_set("digits")


@pytest.mark.jit_free
def test_every_method_has_thirteen_candidates_without_holes_and_pays_alike():
    start = np.full(400, 0.25)  # of length 5
    for name, entry in METHODS.items():
        grid = entry.candidates(start)
        assert grid.shape == (CANDIDATES,) == (13,)
        np.testing.assert_allclose(grid[1:] / grid[:-1], 2)
        method, _ = training.build_method(name, grid[2])
        steps = training.steps_within(method, 2400, samples=90, batch=30)
        assert steps == 2400 // method.gradients_per_step, name


@pytest.mark.jit_free
def test_the_largest_candidates_perturb_by_four_times_the_length_of_the_weights():
    rng = np.random.default_rng(0)
    start, g = rng.standard_normal(400), rng.standard_normal(400)
    size = {name: entry.candidates(start)[-1] / 4 for name, entry in METHODS.items()}
    length = np.linalg.norm(start)
    assert size["SAM"] == size["RSAM"] == pytest.approx(length)
    assert np.linalg.norm(size["USAM"] * g / np.linalg.norm(g)) == pytest.approx(length)
    assert np.linalg.norm(size["NSO, k = 1"] * g) == pytest.approx(length, rel=0.15)
    ascent = size["ASAM"] * start**2 * g / np.linalg.norm(start * g)
    assert np.sqrt(np.mean((ascent / start) ** 2)) == pytest.approx(1)


@pytest.mark.jit_free
def test_a_new_method_of_the_tables_is_one_entry(monkeypatch):
    entry = TrainingMethod(lambda eta, share: Recipe(GD(eta), smoothing=share, decay=0.5), largest=0.1)
    monkeypatch.setitem(METHODS, "both", entry)
    method, smoothing = training.build_method("both", 0.3, decay=0.25)
    assert (method, smoothing) == (HeavyBall(GD(training.ETA), training.MOMENTUM, 0.75), 0.3)


@pytest.mark.jit_free
def test_the_best_candidate_that_is_not_destroyed_is_chosen_and_the_first_of_equals():
    assert tuning.choose([0.4, 0.6, 0.6, 0.5], [0, 0, 0, 0]) == 1
    assert tuning.choose([0.4, 0.6, 0.7, 0.9], [0, 0, 0, 1]) == 2
    assert tuning.choose([0.4, 0.6, 0.9, 0.7], np.ones(4)) == 2
    with pytest.raises(ValueError, match=r"^validation must"):
        tuning.choose([0.5, np.nan], [0, 0])
    with pytest.raises(ValueError, match=r"^ruined must"):
        tuning.choose([0.5, 0.6], [0])


@pytest.mark.jit_free
def test_runs_are_destroyed_by_the_angle_the_distance_or_one_run_in_eight_at_chance():
    kept, moved, lost = np.full((8, 4), 0.9), np.full((8, 4), 0.3), np.zeros((8, 4), bool)
    kept[:5, 1], moved[:5, 2], lost[0, 3] = 0.4, 1.1, True
    assert tuning.destroyed(kept, moved, lost).tolist() == [False, True, True, True]
    kept[4, 1], moved[4, 2] = 0.7, 0.8  # the medians are 0.55 and 0.95
    assert tuning.destroyed(kept, moved, lost).tolist() == [False, False, False, True]
    assert tuning.destroyed([np.nan], [0.0], [False])
    assert not tuning.destroyed(np.ones(32), np.zeros(32), np.arange(32) < 3)
    assert tuning.destroyed(np.ones(32), np.zeros(32), np.arange(32) < 4)


@pytest.mark.jit_free
def test_seeds_of_the_choice_are_not_those_of_the_table():
    for_choice, for_table = tuning.seeds_apart(1000, 8, 32)
    assert (len(for_choice), len(for_table), for_table[0]) == (8, 32, 1000)
    assert not set(for_choice) & set(for_table)
    with pytest.raises(ValueError, match=r"^table must be at most"):
        tuning.seeds_apart(0, 8, tuning.TUNING_OFFSET + 1)


@pytest.mark.jit_free
def test_a_blind_guess_is_right_on_the_largest_class():
    assert evaluation.blind_guess(np.array([0, 2, 2, 1, 2])) == 0.6


@pytest.mark.jit_free
def test_a_layer_that_shrinks_keeps_its_direction_and_one_that_turns_does_not():
    task, start = _tiny(), np.arange(1.0, 44.0)
    halved = start / 2
    halved[25:] = 9.0  # the last layer does not count
    assert evaluation.hidden_layer(task, halved, start, hidden=5) == pytest.approx((0.5, 1.0))
    turned = start.copy()
    turned[:25] = -turned[:25]
    assert evaluation.hidden_layer(task, turned, start, hidden=5) == pytest.approx((2.0, -1.0))
    assert evaluation.hidden_layer(task, np.full(43, np.nan), start, hidden=5) == (np.inf, 0.0)


@pytest.mark.jit_free
def test_shuffled_tasks_and_augmented_ones():
    plain, shuffled = make_task("drawn-drawn", 2), make_task("drawn-drawn", 2, shuffled=True)
    assert plain.train.inputs.tobytes() == shuffled.train.inputs.tobytes()
    assert (plain.train.labels != shuffled.train.labels).mean() > 0.5
    grown = make_task("drawn-drawn", 2, augmented=True)
    assert len(grown.train.labels) == (1 + data.COPIES) * len(plain.train.labels)


def test_fine_tuning_and_its_evaluation_on_a_tiny_task():
    task = _tiny()
    start = training.source_start(task, 1, hidden=5, steps=20)
    run = training.fine_tune(HeavyBall(GD(0.05), 0.9), task, start, seed=1, budget=160, hidden=5, records=4)
    np.testing.assert_allclose(run.cost, [0, 40, 80, 120, 160])
    network = training.network_of(task.train, 3, hidden=5)
    rng = np.random.default_rng(0)
    with threadpool_limits(1):
        found = evaluation.measure(task, run.points[-1], start, rng, hidden=5, probes=300)
        full = hessian(network, run.points[-1])
        assert found.top_eigenvalue == pytest.approx(np.linalg.eigvalsh(full)[-1], rel=1e-5)
        assert found.top_residual < 1e-3 * found.top_eigenvalue
        assert found.trace == pytest.approx(np.trace(full), rel=1e-8)  # the sketch is the whole space
    assert found.train_accuracy == accuracy(network, run.points[-1]) > 0.6
    losses, traces = evaluation.curvature_along(task, run.points, rng, hidden=5)
    assert losses[-1] == pytest.approx(found.train_loss)
    assert losses[-1] < losses[0]
    assert traces.shape == losses.shape
    bound = evaluation.network_bound(task, run.points[-1], start, rng, hidden=5, draws=20, test_draws=5)
    assert 0 <= bound.randomised_error < bound.bound <= 1
    lost = evaluation.measure(task, np.full(dimension(network), np.nan), start, rng, hidden=5)
    assert (lost.test_accuracy, lost.test_loss) == (1 / 3, np.inf)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"draws": 0}, "draws must be a whole number, 1 or above"),
        ({"test_draws": 0}, "test_draws must be a whole number, 1 or above"),
        ({"noises": (0.1, -0.1)}, "noises must be a finite number above 0"),
        ({"delta": 1.5}, r"delta must be a number in \(0, 1\)"),
        ({"w": np.zeros(3)}, r"w must have the shape of start, \(43,\), got \(3,\)"),
        ({"start": np.zeros(3)}, "start must have 43 entries"),
        ({"rng": 1}, "rng must be a numpy.random.Generator"),
    ],
)
def test_a_bound_without_meaning_is_refused(wrong, words):
    arguments = {"w": np.zeros(43), "start": np.zeros(43), "rng": np.random.default_rng(0), "hidden": 5, **wrong}
    with pytest.raises(ValueError, match=f"^{words}"):
        evaluation.network_bound(_tiny(), **arguments)


@pytest.mark.jit_free
def test_the_trace_at_a_loss_is_read_off_a_straight_line():
    losses, traces = np.array([1.0, 0.1, 0.01]), np.array([100.0, 10.0, 5.0])
    assert evaluation.trace_at_loss(losses, traces, 0.1**0.5) == pytest.approx(10**1.5)
    assert evaluation.trace_at_loss(losses, traces, 0.01) == pytest.approx(5.0)
    assert np.isnan(evaluation.trace_at_loss(losses, traces, 0.001))
    assert np.isnan(evaluation.trace_at_loss(losses, traces, 2.0))


@pytest.mark.jit_free
def test_traces_are_compared_at_the_higher_of_the_two_losses():
    one = np.array([[1.0, 0.1, 0.01], [100.0, 10.0, 5.0]])
    other = np.array([[1.0, 0.5, 0.1], [100.0, 60.0, 40.0]])
    assert evaluation.matched_log_ratio(one, other) == pytest.approx(np.log(10 / 40))
    assert evaluation.matched_log_ratio(one, one) == 0
    lost = np.array([[1.0, np.inf], [100.0, np.nan]])
    assert np.isnan(evaluation.matched_log_ratio(lost, one))


def test_the_best_candidate_is_found_on_validation_samples(monkeypatch):
    task = _tiny()
    start = training.source_start(task, 1, steps=20)
    monkeypatch.setitem(METHODS, "SGD", METHODS["SGD"]._replace(largest=50.0))
    selected = tuning.tune("SGD", lambda seed: (task, start), [1, 2], budget=160)
    assert selected.chosen == np.argmax(selected.validation) < CANDIDATES - 1
    assert selected.validation[-1] == 0  # it diverged
    assert selected.destroyed[-1]
    assert not selected.destroyed[selected.chosen]
    other = tuning.tune("SGD", lambda seed: (task, start), [1, 2], budget=160, batch=4)
    assert not np.array_equal(selected.validation, other.validation)
    assert tuning.TUNING_OFFSET > 1000


def test_every_method_uses_up_its_budget():
    task = _tiny()
    start = training.source_start(task, 1, hidden=5, steps=20)
    for method in (HeavyBall(GD(0.01), 0.9), HeavyBall(RandomlySmoothed(0.01, 0.01, 0.1, 1e9), 0.9)):
        run = training.fine_tune(method, task, start, seed=1, budget=2405, hidden=5)
        assert 2405 * (1 - 1 / 128) < run.cost[-1] <= 2405


@pytest.mark.jit_free
def test_a_budget_too_small_is_refused():
    task = _tiny()
    with pytest.raises(ValueError, match=r"^budget must pay for a step for each of 32 records"):
        training.fine_tune(HeavyBall(GD(0.1)), task, np.zeros(43), seed=1, budget=20, hidden=5)
    with pytest.raises(ValueError, match=r"^name must be one of"):
        training.build_method("Adam", 0.1)


@pytest.mark.jit_free
def test_every_measured_field_has_a_name_for_records():
    assert tuple(evaluation.MEASURED) == evaluation.Measured._fields
