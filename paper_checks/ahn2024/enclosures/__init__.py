"""What is proved by machine of the claims on escape: a module for each claim, which binds ENCLOSURE."""
