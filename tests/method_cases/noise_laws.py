"""An instance of every noise law."""

from flatlab.methods import noise_laws

LAWS = [
    noise_laws.Gaussian(),
    noise_laws.Uniform(),
    noise_laws.Laplace(),
    noise_laws.Rademacher(),
    noise_laws.Scripted([0.5, -0.25, 1.0]),
    noise_laws.UncentredBinomial(),
    noise_laws.Cauchy(),
    noise_laws.Breached(noise_laws.Cauchy()),
    noise_laws.AnyLaw(2),
]
