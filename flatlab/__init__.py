"""flatlab: a laboratory for the theory of flat minima."""
