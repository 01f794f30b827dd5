"""Enclosures: statements that are proved over a whole box of parameters, their certificates and their checker."""
