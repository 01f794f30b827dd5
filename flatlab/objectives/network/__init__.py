"""Multilayer perceptrons: forward, backward and tangent passes."""
