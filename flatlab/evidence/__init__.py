"""Claims, relations, domains, intervals, the judge and its verdicts."""
