"""The laboratory itself: its runs, random numbers, intervals and counts, on which every other claim rests."""

REFERENCE = "flatlab itself"
