"""What is proved by machine of the claims on the dynamics of SAM: a module for each claim, which binds ENCLOSURE."""
