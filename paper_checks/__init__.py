"""Statements of the papers, one package a paper, one module a statement or a natural group; and of flatlab itself."""
