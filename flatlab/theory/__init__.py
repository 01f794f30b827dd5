"""The papers' formulas and bounds as plain functions of plain numbers; no simulation."""
