"""Objectives around another one: each states what it changes and forwards the rest."""
