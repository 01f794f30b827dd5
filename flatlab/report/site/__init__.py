"""The static site: statements as mathematics, evidence, figures, experiments, documents and the public functions."""
