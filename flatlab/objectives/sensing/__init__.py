"""Matrix sensing: the objective on packed measurements, and problems of the authors' scale."""
