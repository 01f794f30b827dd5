"""What is proved by machine of the claims on noise stability: a module for each claim, which binds ENCLOSURE."""
