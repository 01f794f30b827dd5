"""Problems that the claims and the experiments of this paper share."""
