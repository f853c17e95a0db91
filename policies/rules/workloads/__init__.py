"""Rules of the theme workloads."""
