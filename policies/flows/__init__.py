"""Where data can go: typed edges from stores to whatever can receive what they hold, and the proof that none of them
leads out of the jurisdiction."""
