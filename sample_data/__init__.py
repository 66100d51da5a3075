"""A synthetic clinic to look at, to test with and to measure: nobody in it exists."""
