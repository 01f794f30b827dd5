"""Networks against automatic differentiation, in both precisions, and what they refuse."""

import numpy as np
import pytest
import twins
from objective_cases.multilayer_perceptron import perceptron
from scipy.special import ndtr

from flatlab import objectives, trajectory
from flatlab.compiler.options import interpreted, jit_is_on
from flatlab.methods import GD, SAM
from flatlab.objectives import (
    MultilayerPerceptron,
    PerceptronBatch,
    accuracy,
    hessian_product,
    initial_weights,
    network_outputs,
)
from flatlab.objectives.network._layers import (
    MOST_PRODUCTS,
    _exponentials,
    _gelu_single,
    _tanh_double,
    _tanh_single,
    rows_at_once,
)

ACTIVATIONS = ("tanh", "relu", "gelu")
LOSSES = ("cross-entropy", "squared")
WIDTHS = ([5, 3], [5, 7, 3], [6, 9, 2, 8, 4])


def _case(widths, activation="tanh", loss="cross-entropy", smoothing=0.0, samples=11, precision="double"):
    rng = np.random.default_rng(5)
    inputs, labels = rng.standard_normal((samples, widths[0])), rng.integers(0, widths[-1], samples)
    network = MultilayerPerceptron(widths, inputs, labels, activation, loss, smoothing, precision)
    w = initial_weights(widths, rng) + 0.3 * rng.standard_normal(objectives.dimension(network))
    return network, w, perceptron(widths, inputs, labels, activation, loss, smoothing)


def _gradient(objective, w):
    out = np.empty(w.size)
    objectives.gradient(objective, w, out)
    return out


def _close(found, exact, rtol):
    np.testing.assert_allclose(found, exact, rtol=0, atol=rtol * np.abs(exact).max())


@pytest.mark.jit_free
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_value_gradient_and_hessian_product_are_those_of_the_formula(widths, activation, loss):
    network, w, twin = _case(widths, activation, loss, smoothing=0.1)
    assert objectives.value(network, w) == pytest.approx(twin(w), rel=1e-13)
    _close(_gradient(network, w), twins.gradient(twin)(w), 1e-13)
    full = twins.hessian(twin)(w)
    vectors = np.random.default_rng(2).standard_normal((w.size, 3))
    _close(hessian_product(network, w, vectors), full @ vectors, 1e-12)
    _close(hessian_product(network, w, vectors[:, 1]), full @ vectors[:, 1], 1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_many_samples_are_taken_in_pieces_with_the_same_answer(loss):
    widths, samples = [30, 40, 7], 500
    assert rows_at_once(np.array(widths)) < samples
    assert rows_at_once(np.array(widths)) * 30 * 40 <= MOST_PRODUCTS
    network, w, twin = _case(widths, loss=loss, samples=samples)
    assert objectives.value(network, w) == pytest.approx(twin(w), rel=1e-12)
    _close(_gradient(network, w), twins.gradient(twin)(w), 1e-12)
    single = network._replace(precision="single")
    _close(_gradient(single, w), twins.gradient(twin)(w), 3e-6)
    _close(network_outputs(single, w), network_outputs(network, w), 3e-6)


def test_hessian_is_symmetric_and_the_product_is_linear_in_single_steps():
    network, w, _ = _case([4, 6, 3])
    full = objectives.hessian(network, w)
    raw = hessian_product(network, w, np.eye(w.size))
    _close(raw, raw.T, 1e-13)
    _close(full, raw, 1e-13)


def test_tanh_is_the_hyperbolic_tangent():
    x = np.concatenate([np.linspace(-25, 25, 20001), np.geomspace(1e-300, 1, 4000), [np.inf, -np.inf]])
    y = x.copy()
    _tanh_double(y)
    np.testing.assert_allclose(y, np.tanh(x), rtol=2e-15)
    single = x.astype(np.float32)
    _tanh_single(single)
    np.testing.assert_allclose(single, np.tanh(x.astype(np.float32)), rtol=6e-7, atol=1e-37)
    lost = np.array([np.nan])
    _tanh_double(lost)
    assert np.isnan(lost[0])


@pytest.mark.jit_free
def test_gelu_in_single_precision_is_the_normal_law_times_its_argument():
    x = np.concatenate([np.linspace(-12, 12, 5001), np.geomspace(1e-30, 20, 400)]).astype(np.float32)
    z, derivative, exact = x.copy(), np.empty_like(x), x.astype(float)
    _gelu_single(z, derivative)
    np.testing.assert_allclose(z, exact * ndtr(exact), rtol=8e-8, atol=1e-44)
    slope = ndtr(exact) + exact * np.exp(-(exact**2) / 2) / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(derivative, slope, rtol=0, atol=8e-8)
    ends = np.array([-1e30, -20, 1e30, np.nan], np.float32)
    _gelu_single(ends, np.empty_like(ends))
    np.testing.assert_allclose(ends, [0, 0, 1e30, np.nan], rtol=1e-7, atol=1e-44)


@pytest.mark.jit_free
def test_exponentials_are_those_of_the_library():
    x = -np.concatenate([np.linspace(0, 85, 5001), np.geomspace(1e-30, 1, 400)])
    double, single = x.copy(), x.astype(np.float32)
    _exponentials(double)
    _exponentials(single)
    np.testing.assert_allclose(double, np.exp(x), rtol=1e-15)
    np.testing.assert_allclose(single, np.exp(x.astype(np.float32).astype(float)), rtol=1e-7)
    ends = np.array([-1e30, -np.inf, np.nan], np.float32)
    _exponentials(ends)
    assert (ends[:2] < 1e-38).all()
    assert np.isnan(ends[2])


def test_outputs_and_accuracy_are_those_of_the_formula():
    network, w, _ = _case([5, 4, 3], samples=40)
    hidden = np.tanh(network.inputs @ w[:20].reshape(5, 4) + w[20:24])
    outputs = hidden @ w[24:36].reshape(4, 3) + w[36:]
    np.testing.assert_allclose(network_outputs(network, w), outputs, rtol=1e-12, atol=1e-13)
    assert accuracy(network, w) == (outputs.argmax(axis=1) == network.labels).mean()
    assert accuracy(network, w, network.inputs[:7], network.labels[:7]) == pytest.approx(
        (outputs[:7].argmax(axis=1) == network.labels[:7]).mean()
    )


def test_a_batch_of_all_samples_is_the_gradient():
    network, w, _ = _case([5, 4, 3])
    oracle, rng = PerceptronBatch(network, 11), np.random.default_rng(1)
    sample, out = objectives.new_sample(oracle, w), np.empty(w.size)
    objectives.draw(oracle, sample, rng)
    objectives.sample_gradient(oracle, sample, w, out)
    _close(out, _gradient(network, w), 1e-13)


@pytest.mark.parametrize("precision", ["double", "single"])
def test_training_lowers_the_loss_and_does_not_depend_on_threads(precision):
    network, w, _ = _case([20, 30, 5], samples=300, precision=precision)
    paths = []
    for threads in (1, 2):
        from threadpoolctl import threadpool_limits

        with threadpool_limits(threads):
            paths.append(trajectory(SAM(0.2, 0.05), network, w, steps=30, record_every=30))
    assert paths[0].tobytes() == paths[1].tobytes()
    assert objectives.value(network, paths[0][-1]) < 0.8 * objectives.value(network, w)


def test_a_diverging_run_is_reported():
    network, w, _ = _case([5, 7, 3], loss="squared", activation="relu")
    with pytest.raises(ArithmeticError, match="diverged"):
        trajectory(GD(1e3), network, w, steps=200)


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"widths": [5]}, "widths must name the inputs and the classes"),
        ({"widths": [5, 0, 3]}, "widths must be whole numbers, 1 or above"),
        ({"widths": [6, 3]}, "inputs must have 6 columns"),
        ({"inputs": np.full((11, 5), np.nan)}, "inputs must be a matrix of finite numbers"),
        ({"labels": np.zeros(10, int)}, "labels must be a vector with one entry for each of 11 samples"),
        ({"labels": np.full(11, 3)}, r"labels must be in 0 \.\. 2.*got 3"),
        ({"labels": np.full(11, -1)}, r"labels must be in 0 \.\. 2.*got -1"),
        ({"labels": np.zeros(11)}, "labels must be whole numbers"),
        ({"activation": "tan"}, "activation must be one of .*Did you mean 'tanh'"),
        ({"loss": 2}, "loss must be one of"),
        ({"smoothing": 1.0}, "smoothing must be a number in"),
        ({"precision": "half"}, "precision must be one of"),
    ],
)
def test_wrong_fields_are_refused_by_name(change, words):
    network, _, _ = _case([5, 4, 3])
    with pytest.raises(ValueError, match=f"^{words}"):
        network._replace(**change)


@pytest.mark.jit_free
def test_wrong_batches_and_points_are_refused():
    network, w, _ = _case([5, 4, 3])
    with pytest.raises(ValueError, match=r"^batch must be at most the number of samples 11"):
        PerceptronBatch(network, 12)
    with pytest.raises(ValueError, match=r"^base must be a MultilayerPerceptron"):
        PerceptronBatch(objectives.Quadratic([1.0]), 1)
    with pytest.raises(ValueError, match=rf"^start must have {w.size} entries"):
        trajectory(GD(0.1), network, w[1:], steps=1)
    with pytest.raises(ValueError, match=r"^gain must be"):
        initial_weights([5, 3], np.random.default_rng(0), 0.0)


@pytest.mark.skipif(not jit_is_on(), reason="compares with compiled code")
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_single_precision_has_the_same_bits_compiled_and_interpreted(activation, loss):
    network, w, _ = _case([3, 4, 3], activation, loss, 0.1, samples=7, precision="single")
    for point in (w, 2 * w, -w):
        compiled = objectives.value(network, point), *_gradient(network, point)
        with interpreted():
            assert compiled == (objectives.value(network, point), *_gradient(network, point))
